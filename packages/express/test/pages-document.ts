/** An element of a rendered page: its name, its attributes, and the text up to its end tag. */
export type Element = Readonly<{ name: string; attributes: ReadonlyMap<string, string>; text: string }>

const empty = new Set(['meta', 'link', 'input', 'br', 'img'])
const tag = /<(\/?)([a-zA-Z][\w-]*)((?:\s+[\w-]+(?:="[^"]*")?)*)\s*(\/?)>|<!doctype html>|([^<]+)|(<)/g

/**
 * The elements of a document in their order. Strict on purpose: a tag that is not closed in its place, an attribute
 * without double quotes or a stray `<` throws.
 */
export function elementsOf(html: string): readonly Element[] {
  const found: { name: string; attributes: ReadonlyMap<string, string>; text: string }[] = []
  const open: (typeof found)[number][] = []
  for (const [whole, closing, name, attributes, selfClosing, text, stray] of html.matchAll(tag)) {
    if (stray) throw new Error(`A stray "<" in the page, after ${open.at(-1)?.name}.`)
    if (text) for (const element of open) element.text += decoded(text)
    if (!name) continue
    if (closing) {
      const last = open.pop()
      if (last?.name !== name) throw new Error(`${whole} closes <${last?.name}>.`)
      continue
    }
    const element = { name, attributes: attributesOf(attributes ?? ''), text: '' }
    found.push(element)
    if (!selfClosing && !empty.has(name)) open.push(element)
  }
  if (open.length > 0) throw new Error(`<${open.at(-1)?.name}> is never closed.`)
  return found
}

/** The elements of a name, or those that have an attribute, with that value if one is given. */
export function select(html: string, what: Readonly<{ name?: string; attribute?: string; value?: string }>) {
  return elementsOf(html).filter(
    ({ name, attributes }) =>
      (what.name === undefined || what.name === name) &&
      (what.attribute === undefined || attributes.has(what.attribute)) &&
      (what.value === undefined || attributes.get(what.attribute ?? '') === what.value),
  )
}

/** What a person reads on the page, with single spaces; hidden parts are left out. */
export function wordsOn(html: string): string {
  const shown = html.replace(/<(p|span)\b[^>]*\shidden>[\s\S]*?<\/\1>/g, '')
  const body = elementsOf(shown).find(({ name }) => name === 'body')
  return (body?.text ?? '').replace(/\s+/g, ' ').trim()
}

/** The title as the browser shows it. */
export function titleOn(html: string): string {
  return elementsOf(html).find(({ name }) => name === 'title')?.text ?? ''
}

function attributesOf(source: string): ReadonlyMap<string, string> {
  const pairs = [...source.matchAll(/([\w-]+)(?:="([^"]*)")?/g)].map(
    ([, name = '', value = '']) => [name, decoded(value)] as const,
  )
  if (new Set(pairs.map(([name]) => name)).size < pairs.length) throw new Error(`An attribute twice: ${source}`)
  return new Map(pairs)
}

function decoded(text: string): string {
  const characters: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', '#39': "'", amp: '&' }
  return text.replace(/&(#?\w+);/g, (entity, name: string) => characters[name] ?? entity)
}
