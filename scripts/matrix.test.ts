import { readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { environmentOf, legsOf } from './matrix.mjs'

const root = join(import.meta.dirname, '..')

test('every library runs on every Node, unless some are named', () => {
  expect(legsOf([])).toHaveLength(6)
  expect(legsOf(['--node', '22,this', '--library', '9.12.0'])).toEqual([
    { node: '22', library: '9.12.0' },
    { node: 'this', library: '9.12.0' },
  ])
})

test.each([[['--library', '8']], [['--nodes', '22']], [['--node']]])('%j is refused', (args) => {
  expect(() => legsOf(args)).toThrow(/Use 9\.12\.0 or newest|Write npm run matrix/)
})

test('the oldest library is the oldest that the packages take, and the newest is another', () => {
  expect(versionOf('9.12.0')).toBe('9.12.0')
  expect(versionOf('newest')).not.toBe('9.12.0')
})

function versionOf(library: string): string {
  const entry = environmentOf(library, root).COUNTERSIGN_TEST_OIDC_PROVIDER ?? ''
  const folder = entry.slice(0, entry.lastIndexOf(`${sep}lib${sep}`))
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version
}
