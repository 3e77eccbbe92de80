import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { transformSync } from '@swc/core'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Below `node_modules`, so that nobody keeps it, and below `test`, so that what a page imports is found. */
const cache = join(root, 'test/node_modules/.cache/docs')

/** A block of code in a page: where it begins, and its text. */
export type Block = Readonly<{ page: string; line: number; code: string }>

/** The blocks of one language in a page of the repository, in order. */
export function blocksIn(page: string, language: string): readonly Block[] {
  const text = readFileSync(join(root, page), 'utf8')
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map((match) => ({
    page,
    line: text.slice(0, match.index).split('\n').length + 1,
    code: match[1] ?? '',
  }))
}

/**
 * What the compiler says of the blocks, each taken as a module of its own, against the sources of the packages. `given` is a
 * declaration file with what a page takes for granted. A line of the answer begins with the page and the line in it.
 */
export async function typeErrorsIn(blocks: readonly Block[], given: string): Promise<readonly string[]> {
  const folder = join(cache, fileName(blocks[0]))
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const byFile = new Map(blocks.map((block) => [`${fileName(block)}.mts`, block]))
  for (const [file, { code }] of byFile) writeFileSync(join(folder, file), `${code}export {}\n`)
  writeFileSync(join(folder, 'given.d.mts'), given)
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(configFor([...byFile.keys(), 'given.d.mts'])))

  const said = await compilerSays(folder)
  return said.map((line) => placed(line, byFile))
}

function configFor(files: readonly string[]): object {
  return {
    extends: join(root, 'tsconfig.tests.json'),
    compilerOptions: {
      // Pages also show what runs in a browser.
      lib: ['es2023', 'es2024.string', 'dom'],
      types: ['node', 'express', 'express-session'],
      typeRoots: [join(root, 'test/node_modules/@types'), join(root, 'node_modules/@types')],
    },
    include: [],
    files,
  }
}

function compilerSays(folder: string): Promise<readonly string[]> {
  const compiler = join(root, 'node_modules/typescript/bin/tsc')
  return new Promise((resolve) => {
    execFile(process.execPath, [compiler, '-p', folder, '--pretty', 'false'], { cwd: folder }, (_error, stdout) => {
      resolve(stdout.split('\n').filter((line) => line !== ''))
    })
  })
}

/** `README-55.mts(3,1): error` is `README.md:58: error` for who reads it. */
function placed(line: string, byFile: ReadonlyMap<string, Block>): string {
  const [, file = '', row = ''] = /^([^(]+)\((\d+),\d+\)/.exec(line) ?? []
  const block = byFile.get(file)
  return block ? line.replace(/^[^)]+\)/, `${block.page}:${block.line + Number(row) - 1}`) : line
}

/** A block as a module that can be imported; `exported` names what it shall export. */
export function moduleOf(block: Block, exported: readonly string[]): string {
  const source = `${block.code}\nexport { ${exported.join(', ')} }\n`
  const { code } = transformSync(source, {
    jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
    module: { type: 'es6' },
  })
  mkdirSync(cache, { recursive: true })
  const file = join(cache, `${fileName(block)}.mjs`)
  writeFileSync(file, code)
  return file
}

function fileName(block: Block | undefined): string {
  return block ? `${block.page.replaceAll(/\W+/g, '-')}-${block.line}` : 'nothing'
}
