import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageNames, root, sourcesBelow } from './sources.js'

const page = readFileSync(join(root, 'docs/errors.md'), 'utf8')
const sources = packageNames().flatMap((name) => sourcesBelow(`packages/${name}/src`))

/** Codes are written out in the sources, never put together, so that a search finds them. */
const kinds = [
  ['error code', /ERR_COUNTERSIGN_[A-Z0-9]+(?:_[A-Z0-9]+)*/g],
  ['problem type', /urn:countersign:problem:[a-z0-9]+(?:-[a-z0-9]+)*/g],
] as const

describe.each(kinds)('the page of errors: every %s', (_, pattern) => {
  const known = new Set(sources.flatMap(({ text }) => text.match(pattern) ?? []))
  const explained = new Set(headings().flatMap((heading) => heading.match(pattern) ?? []))
  const mentioned = new Set(page.match(pattern) ?? [])

  test('of the sources has a section there', () => {
    expect([...known].filter((code) => !explained.has(code))).toEqual([])
  })

  test('that is mentioned there exists in the sources', () => {
    expect([...mentioned].filter((code) => !known.has(code))).toEqual([])
  })
})

function headings(): string[] {
  return page.split('\n').filter((line) => /^#{2,} /.test(line))
}
