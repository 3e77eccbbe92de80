import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { filesBelow, root } from '../architecture/sources.js'

const page = readFileSync(join(root, 'docs/rules.md'), 'utf8')

test('every rule that a comment cites stands on the page of rules', () => {
  const sources = ['packages', 'examples', 'test'].flatMap(filesBelow).filter(isOurs)
  const cited = new Set(sources.flatMap((path) => readFileSync(join(root, path), 'utf8').match(/\bR-\d+b?\b/g) ?? []))
  const explained = new Set([...page.matchAll(/^\| (R-\d+b?) \|/gm)].map(([, rule]) => rule))

  expect([...cited].filter((rule) => !explained.has(rule))).toEqual([])
})

function isOurs(path: string): boolean {
  return path.endsWith('.ts') && !/\/(node_modules|dist)\//.test(path)
}
