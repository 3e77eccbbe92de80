import { execFile } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Block, blocksIn } from '../../../test/docs/code-in-docs.js'

const root = fileURLToPath(new URL('../../../', import.meta.url))
/** Below the package's own `node_modules`, so that a consumer here finds what the package's users have. */
const folder = join(root, 'packages/passport/node_modules/.cache/strict-consumer')

const blocks = ['packages/passport/README.md', 'docs/guides/passport.md'].flatMap((page) => blocksIn(page, 'ts'))

/** What the pages say is the application's own, or was made further up on them. */
const given = `
import type { Countersign } from '@countersign/core'
import type { stepUp as makeStepUp, Identify } from '@countersign/express'
import type { SecurityCodeStrategy as Strategy } from '@countersign/passport'
import type { Express as Application, RequestHandler } from 'express'
import type { PassportStatic } from 'passport'

type Actions = {
  'login.complete': { binds: {}; requires: { level: 'code'; mode: 'once' } }
  'notes.open': { requires: { level: 'code'; mode: 'window' } }
}
declare module 'express-session' {
  interface SessionData { challenge: string; confirmed: string; half: string }
}
declare global {
  const app: Application
  const passport: PassportStatic
  const users: { byId(id: string): Promise<{ email: string; emailProved: boolean } | undefined> }
  const countersign: Countersign<Actions>
  const securityCode: Strategy<Actions>
  const SecurityCodeStrategy: typeof Strategy
  const stepUp: typeof makeStepUp
  const identify: Identify
  const showNotes: RequestHandler
}
`

/** A consumer's program: what has to compile, and under each \`@ts-expect-error\` what must not. */
const program = `
import type { Countersign } from '@countersign/core'
import { type EarnedElevation, type SecurityCodeOptions, SecurityCodeStrategy, type SecurityCodeRefusal } from '@countersign/passport'
import passport from 'passport'
import { Strategy as PasswordStrategy } from 'passport-local'

declare const countersign: Countersign<{ 'notes.open': { requires: { level: 'code'; mode: 'window' } } }>
const identify = () => ({ subject: 'alice', session: 'sid' })

const strategy = new SecurityCodeStrategy({ countersign, identify, action: 'notes.open', keepInSession: ['passport'] })
passport.use(strategy).use('second', strategy).use(new PasswordStrategy((_name, _password, done) => done(null, false)))
passport.authenticate(strategy, { session: false })
export const name: 'security-code' = strategy.name
export const options: SecurityCodeOptions = { countersign: {} as Countersign, identify }

export function told(refusal: SecurityCodeRefusal, elevation: EarnedElevation): string {
  if (refusal.outcome === 'wrong') return String(refusal.attemptsLeft)
  if (refusal.outcome === 'locked') return refusal.retryAt.toISOString()
  // @ts-expect-error Only a wrong code costs a try.
  refusal.attemptsLeft
  return refusal.message + elevation.token
}

// @ts-expect-error A misspelt action does not compile.
new SecurityCodeStrategy({ countersign, identify, action: 'notes.opne' })
// @ts-expect-error identify is needed.
new SecurityCodeStrategy({ countersign })
// @ts-expect-error A text is no session and says not whose it is.
new SecurityCodeStrategy({ countersign, identify: (request) => request.sessionID })
// @ts-expect-error There is no such option.
new SecurityCodeStrategy({ countersign, identify, verify: () => true })
`

const strict = {
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: false,
  noEmit: true,
  target: 'es2022',
  types: ['node', 'express', 'express-session', 'passport'],
  typeRoots: [join(root, 'packages/passport/node_modules/@types'), join(root, 'node_modules/@types')],
}

beforeAll(async () => {
  await compilerSays(['-b', 'packages/passport', 'packages/email'])
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'program.mts'), program)
  writeFileSync(join(folder, 'given.d.mts'), given)
  for (const block of blocks) writeFileSync(join(folder, fileOf(block)), `${block.code}export {}\n`)
}, 180_000)

describe.each([
  { module: 'nodenext', moduleResolution: 'nodenext' },
  { module: 'esnext', moduleResolution: 'bundler' },
])('a strict consumer that resolves by $moduleResolution', (resolving) => {
  test('compiles against the built types, its libraries checked', async () => {
    expect(await errorsOf(resolving, ['program.mts'])).toEqual([])
  }, 180_000)
})

test('every block of TypeScript in the README and the guide compiles', async () => {
  expect(blocks.length).toBeGreaterThan(5)
  expect(await errorsOf({ module: 'nodenext' }, ['given.d.mts', ...blocks.map(fileOf)])).toEqual([])
}, 180_000)

function errorsOf(resolving: object, files: readonly string[]): Promise<readonly string[]> {
  const config = join(folder, `tsconfig.${files.length}.${Object.values(resolving)[0]}.json`)
  writeFileSync(config, JSON.stringify({ compilerOptions: { ...strict, ...resolving }, files }))
  return compilerSays(['-p', config, '--pretty', 'false'])
}

function fileOf({ page, line }: Block): string {
  return `${page.replaceAll(/\W+/g, '-')}-${line}.mts`
}

function compilerSays(args: readonly string[]): Promise<readonly string[]> {
  const compiler = join(root, 'node_modules/typescript/bin/tsc')
  return new Promise((resolve) => {
    execFile(process.execPath, [compiler, ...args], { cwd: root }, (_error, stdout) => {
      resolve(stdout.split('\n').filter((line) => line !== ''))
    })
  })
}
