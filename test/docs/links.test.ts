import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { filesBelow, root } from '../architecture/sources.js'

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  ...filesBelow('docs').filter((path) => path.endsWith('.md')),
]

test.each(pages)('every link of %s leads to a page and a heading that are there', (page) => {
  const links = [...withoutCode(read(page)).matchAll(/\]\((?!https?:)([^)]+)\)/g)].map(([, target = '']) => target)

  expect(links.filter((link) => !leadsSomewhere(page, link))).toEqual([])
})

test('every decision stands in the list of decisions', () => {
  const list = read('docs/decisions/README.md')
  const decisions = filesBelow('docs/decisions').flatMap((path) => /\d{4}-.+\.md$/.exec(path)?.[0] ?? [])

  expect(decisions.filter((file) => !list.includes(`(${file})`))).toEqual([])
})

function leadsSomewhere(page: string, link: string): boolean {
  const [path = '', anchor] = link.split('#')
  const target = path === '' ? page : join(dirname(page), path)
  if (!existsSync(join(root, target))) return false
  return anchor === undefined || anchorsOf(read(target)).includes(anchor)
}

/** As GitHub makes them of headings. */
function anchorsOf(text: string): string[] {
  const headings = [...withoutCode(text).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading)
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  )
}

function withoutCode(text: string): string {
  return text.replace(/^```[\s\S]*?^```$/gm, '')
}

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}
