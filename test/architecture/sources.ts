import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseSync } from '@swc/core'

export const root = fileURLToPath(new URL('../../', import.meta.url))

/** A TypeScript file of the repository: its path from the root, with slashes, and its syntax tree. */
export type Source = Readonly<{ path: string; text: string; tree: unknown }>

/** What one file takes from another. `typeOnly` is `import type`: nothing of it is left at run time. */
export type Import = Readonly<{ from: string; specifier: string; typeOnly: boolean }>

export function packageNames(): string[] {
  return readdirSync(join(root, 'packages'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
}

/** Every TypeScript file below a folder of the repository. */
export function sourcesBelow(folder: string): Source[] {
  return filesBelow(folder)
    .filter((path) => /\.tsx?$/.test(path))
    .map(readSource)
}

export function readSource(path: string): Source {
  const text = readFileSync(join(root, path), 'utf8')
  return { path, text, tree: parseSync(text, { syntax: 'typescript', tsx: path.endsWith('x'), target: 'es2022' }) }
}

export function filesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
}

/** Every import, re-export and `import()` with a literal name, wherever it stands. */
export function importsOf({ path, tree }: Source): Import[] {
  return nodesOf(tree).flatMap((node) => {
    const source = isNode(node.source) ? node.source.value : undefined
    if (typeof source === 'string') return [{ from: path, specifier: source, typeOnly: node.typeOnly === true }]
    if (node.type !== 'CallExpression' || !isNode(node.callee) || node.callee.type !== 'Import') return []
    return [{ from: path, specifier: String(firstArgument(node)?.value), typeOnly: false }]
  })
}

/** The titles of the tests in a file: `test('...')`, `it('...')`, `contract.test('...')`, `test.each(...)('...')`. Skipped ones do not count. */
export function testTitlesOf({ tree }: Source): string[] {
  return nodesOf(tree).flatMap((node) => {
    if (node.type !== 'CallExpression' || !isTestFunction(node.callee)) return []
    const title = firstArgument(node)
    if (title?.type === 'StringLiteral') return [String(title.value)]
    if (title?.type !== 'TemplateLiteral' || !Array.isArray(title.quasis) || title.quasis.length !== 1) return []
    return [String(title.quasis[0].cooked)]
  })
}

/** `clause` and `promise` are those of the store contract and the channel contract, which take the caller's `test`. */
const testFunctions = ['test', 'it', 'clause', 'promise']

function isTestFunction(callee: unknown): boolean {
  if (!isNode(callee)) return false
  if (callee.type === 'Identifier') return testFunctions.includes(String(callee.value))
  if (callee.type === 'MemberExpression') return isTestFunction(callee.property)
  // test.each(table)('title', ...)
  if (callee.type !== 'CallExpression' || !isNode(callee.callee)) return false
  const { property, object } = callee.callee
  return isNode(property) && property.value === 'each' && isTestFunction(object)
}

/** `a.b(...)`, as text, for the calls and constructions in a file: `Math.random()`, `Date.now()`, `new Date()`. */
export function callsOf({ tree }: Source): string[] {
  return nodesOf(tree).flatMap((node) => {
    if (node.type !== 'CallExpression' && node.type !== 'NewExpression') return []
    const hasArguments = Array.isArray(node.arguments) && node.arguments.length > 0
    return [`${node.type === 'NewExpression' ? 'new ' : ''}${nameOf(node.callee)}(${hasArguments ? '...' : ''})`]
  })
}

export function hasAny({ tree }: Source): boolean {
  return nodesOf(tree).some((node) => node.type === 'TsKeywordType' && node.kind === 'any')
}

function nameOf(node: unknown): string {
  if (!isNode(node)) return ''
  if (node.type === 'MemberExpression') return `${nameOf(node.object)}.${nameOf(node.property)}`
  return node.type === 'Identifier' ? String(node.value) : ''
}

type Node = Readonly<Record<string, unknown>>

function nodesOf(tree: unknown): Node[] {
  if (Array.isArray(tree)) return tree.flatMap(nodesOf)
  if (!isNode(tree)) return []
  return [tree, ...Object.values(tree).flatMap(nodesOf)]
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null
}

function firstArgument(call: Node): Node | undefined {
  const [first] = Array.isArray(call.arguments) ? call.arguments : []
  return isNode(first) && isNode(first.expression) ? first.expression : undefined
}
