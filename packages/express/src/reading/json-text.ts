/** Limits of a body. */
export const bodyLimits = { bytes: 16 * 1024, depth: 8, keys: 100 } as const

/** Names that reach a prototype, and what a database would take for an operator or a path. */
export function isForbiddenKey(key: string): boolean {
  return key === '__proto__' || key === 'constructor' || key === 'prototype' || key.startsWith('$') || key.includes('.')
}

/**
 * What is wrong with a text that is JSON, or nothing: too deep, too many keys, a key twice, a forbidden key. It has to be
 * looked for in the text, since `JSON.parse` keeps the last of two values and says nothing.
 */
export function faultOfJsonText(text: string): string | undefined {
  const open: (Set<string> | undefined)[] = []
  let keys = 0
  let last = ''
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]:]/g)) {
    if (token === '{' || token === '[') open.push(token === '{' ? new Set() : undefined)
    else if (token === '}' || token === ']') open.pop()
    else if (token === ':') {
      const fault = faultOfKey(JSON.parse(last), open.at(-1))
      if (fault) return fault
      keys += 1
    } else last = token
    if (open.length > bodyLimits.depth) return 'it is nested too deeply'
    if (keys > bodyLimits.keys) return 'it has too many keys'
  }
  return undefined
}

function faultOfKey(key: string, siblings: Set<string> | undefined): string | undefined {
  if (isForbiddenKey(key)) return 'it has a forbidden key'
  if (siblings?.has(key)) return 'it has a key twice'
  siblings?.add(key)
  return undefined
}

/** The same of a value that another parser read, but for keys that stood there twice. */
export function faultOfValue(value: unknown): string | undefined {
  let keys = 0
  const visit = (one: unknown, depth: number): string | undefined => {
    if (typeof one !== 'object' || one === null) return undefined
    if (depth > bodyLimits.depth) return 'it is nested too deeply'
    for (const [key, inner] of Object.entries(one)) {
      if (!Array.isArray(one) && isForbiddenKey(key)) return 'it has a forbidden key'
      keys += 1
      const fault = keys > bodyLimits.keys ? 'it has too many keys' : visit(inner, depth + 1)
      if (fault) return fault
    }
    return undefined
  }
  return visit(value, 1)
}
