import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readSource, root, testTitlesOf } from './sources.js'

type Promised = Readonly<{ promise: string; file: string; title: string }>

const promises = promisesIn(readFileSync(join(root, 'docs/promises.md'), 'utf8'))

test('every row of the promises names a file and a title', () => {
  expect(promises.filter(({ promise, file, title }) => !promise || !file || !title)).toEqual([])
})

test('every promise is kept by a test that exists under that title', () => {
  const broken = promises.filter(({ file, title }) => !titlesIn(file).includes(title))

  expect(broken.map(({ file, title }) => `${file} › ${title}`)).toEqual([])
})

/** The rows of every table whose head is `| promise | test |`. A test cell is `path › title`; several stand apart by `<br>`. */
function promisesIn(markdown: string): Promised[] {
  const rows = markdown.split('\n').filter((line) => line.startsWith('|'))
  return rows
    .map(cellsOf)
    .filter(([promise]) => promise !== 'promise' && !/^:?-+:?$/.test(promise ?? ''))
    .flatMap(([promise = '', tests = '']) => tests.split('<br>').map((test) => ({ promise, ...referenceIn(test) })))
}

function cellsOf(row: string): string[] {
  const cells = row.split(/(?<!\\)\|/).slice(1, -1)
  return cells.map((cell) => cell.trim().replaceAll('\\|', '|'))
}

function referenceIn(cell: string): Readonly<{ file: string; title: string }> {
  const text = cell.trim().replace(/^`(.*)`$/, '$1')
  const [file = '', ...title] = text.split(' › ')
  return { file: file.replace(/^`(.*)`$/, '$1'), title: title.join(' › ') }
}

const known = new Map<string, string[]>()

function titlesIn(file: string): string[] {
  const titles = known.get(file) ?? (existsSync(join(root, file)) ? testTitlesOf(readSource(file)) : [])
  known.set(file, titles)
  return titles
}
