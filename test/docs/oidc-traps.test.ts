import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { filesBelow, packageNames, root } from '../architecture/sources.js'

type Row = Readonly<{ trap: string; tests: readonly Readonly<{ file: string; title: string }>[] }>

const rows = rowsIn(readFileSync(join(root, 'docs/oidc-traps.md'), 'utf8'))
const named = rows.flatMap(({ trap, tests }) => tests.map((test) => ({ trap, ...test })))

test('every trap from T1 to T33 stands there once, with a test', () => {
  expect(rows.map(({ trap }) => trap)).toEqual(Array.from({ length: 33 }, (_, at) => `T${at + 1}`))
  expect(rows.filter(({ tests }) => tests.length === 0)).toEqual([])
})

test('every test that stands there exists under its title, which names the trap', () => {
  const wrong = named.filter(({ trap, file, title }) => !title.includes(`${trap}:`) || !stands(title, textOf(file)))

  expect(wrong).toEqual([])
})

test('every test that names a trap in front of its title stands there', () => {
  const files = packageNames().flatMap((name) => filesBelow(`packages/${name}/test`))
  const titles = files.flatMap((file) =>
    [...textOf(file).matchAll(/(['"`])(T\d+: .+?)\1/g)].map(([, , title]) => `${file} › ${title}`),
  )

  expect(titles.length).toBeGreaterThan(40)
  expect(titles.filter((title) => !named.some((one) => `${one.file} › ${one.title}` === title))).toEqual([])
})

/** The cells of `| T1 | what surprises | tests |`. */
function rowsIn(markdown: string): Row[] {
  return [...markdown.matchAll(/^\| (T\d+) \| .+? \| (.+) \|$/gm)].map(([, trap = '', tests = '']) => ({
    trap,
    tests: tests.split(' <br> ').map((cell) => {
      const [file = '', title = ''] = cell.replace(/^`|`$/g, '').split(' › ')
      return { file, title }
    }),
  }))
}

function stands(title: string, text: string): boolean {
  return ["'", '"', '`'].some((quote) => text.includes(`${quote}${title}${quote}`))
}

const read = new Map<string, string>()

function textOf(file: string): string {
  const known = read.get(file) ?? readFileSync(join(root, file), 'utf8')
  read.set(file, known)
  return known
}
