import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { newKey } from '@countersign/core'

/** What a run of the command prints and ends with. Nothing was printed yet. */
export type Ending = Readonly<{ exitCode: 0 | 2; stdout: string; stderr: string }>

const usage = `Usage: countersign <command>

  keys new     print a new key, one line, for the key ring: put it before the older ones

  --help       print this
  --version    print the version
`

/** Carries out the words behind `countersign`. What it does not know ends with the usage on stderr and exit code 2. */
export function command(words: readonly string[]): Ending {
  const read = readWords(words)
  if ('problem' in read) return misused(read.problem)

  const { help, version, name } = read
  if (help) return printed(usage)
  if (version) return printed(`${ownVersion()}\n`)
  if (name === 'keys new') return printed(`${newKey()}\n`)
  return misused(name === '' ? 'A command is missing.' : `There is no command ${JSON.stringify(name)}.`)
}

type Read = Readonly<{ help: boolean; version: boolean; name: string }> | Readonly<{ problem: string }>

function readWords(words: readonly string[]): Read {
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      allowPositionals: true,
      options: { help: { type: 'boolean', short: 'h' }, version: { type: 'boolean' } },
    })
    return { help: values.help ?? false, version: values.version ?? false, name: positionals.join(' ') }
  } catch (error) {
    return { problem: error instanceof Error ? error.message : 'The options cannot be read.' }
  }
}

function printed(stdout: string): Ending {
  return { exitCode: 0, stdout, stderr: '' }
}

function misused(problem: string): Ending {
  return { exitCode: 2, stdout: '', stderr: `${problem}\n\n${usage}` }
}

/** From the package.json beside `src` and `dist`. */
function ownVersion(): string {
  return JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version
}
