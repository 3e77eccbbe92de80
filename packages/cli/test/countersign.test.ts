import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { keyRing } from '@countersign/core'

const packageFolder = fileURLToPath(new URL('../', import.meta.url))
const compiler = fileURLToPath(new URL('../../../node_modules/typescript/bin/tsc', import.meta.url))
const program = fileURLToPath(new URL('../dist/main.js', import.meta.url))

// The program is run as it is installed: built, by Node, from its own process.
beforeAll(() => run(compiler, '-b', packageFolder), 120_000)

describe('countersign keys new', () => {
  test('prints one key that a key ring reads', async () => {
    const { exitCode, stdout, stderr } = await run(program, 'keys', 'new')

    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(stdout).toMatch(/^csk1\.[a-z0-9]{8}\.[A-Za-z0-9_-]{43}\n$/)
    expect(keyRing(stdout).versions).toHaveLength(1)
  })

  test('prints another key each time', async () => {
    const [one, other] = await Promise.all([run(program, 'keys', 'new'), run(program, 'keys', 'new')])

    expect(one.stdout).not.toBe(other.stdout)
  })
})

describe('countersign', () => {
  test.each([{ words: ['--help'] }, { words: ['-h'] }, { words: ['keys', '--help'] }])(
    'prints its usage for $words',
    async ({ words }) => {
      const { exitCode, stdout } = await run(program, ...words)

      expect(exitCode).toBe(0)
      expect(stdout).toMatch(/^Usage: countersign <command>\n/)
    },
  )

  test('prints its version', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))

    expect(await run(program, '--version')).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: '' })
  })

  test.each([
    { words: [], why: 'A command is missing.' },
    { words: ['keys'], why: 'There is no command "keys".' },
    { words: ['keys', 'nwe'], why: 'There is no command "keys nwe".' },
    { words: ['keys', 'new', 'now'], why: 'There is no command "keys new now".' },
    { words: ['keys', 'new', '--verbose'], why: "Unknown option '--verbose'" },
  ])('ends with 2 and its usage on stderr for $words', async ({ words, why }) => {
    const { exitCode, stdout, stderr } = await run(program, ...words)

    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toContain(why)
    expect(stderr).toContain('\nUsage: countersign <command>\n')
  })

  test('is a program by its first line', () => {
    expect(readFileSync(program, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/)
  })
})

function run(...words: string[]): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = execFile(process.execPath, words, (_error, stdout, stderr) => {
      const exitCode = child.exitCode
      if (exitCode === null) reject(new Error(stderr))
      else resolve({ exitCode, stdout, stderr })
    })
  })
}
