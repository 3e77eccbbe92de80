import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Block, blocksIn, moduleOf, typeErrorsIn } from './code-in-docs.js'

const root = fileURLToPath(new URL('../../', import.meta.url))
const page = 'docs/guides/express.md'
const blocks = blocksIn(page, 'ts')

/** What the page says is the application's own, or was made further up on it. */
const given = `
import type { Countersign, Parts } from '@countersign/core'
import type { ExpressStepUp } from '@countersign/express'
import type { Express, Request, RequestHandler } from 'express'

type Actions = {
  'transfer.create': { binds: { amount: 'decimal'; currency: 'currency'; payee: 'iban' }; requires: { level: 'code'; mode: 'once' } }
  'settings.email.change': { binds: { email: 'email' }; requires: { level: 'code'; mode: 'once' } }
}
type Door = ExpressStepUp<Actions>

declare module 'express-session' {
  interface SessionData { userId: string; account: string; linkSentTo?: string; language: string; timeZone: string }
}

declare global {
  const app: Express
  const users: { byId(id: string): Promise<{ email: string; emailProved: boolean } | undefined> }
  const transfers: { create(transfer: Transfer & { confirmation: string }): Promise<object> }
  const removePayee: RequestHandler<{ id: string }>
  const parts: Omit<Parts<Actions>, 'actions'>
  const countersign: Countersign<Actions>
  const requireStepUp: Door['requireStepUp']
  const demandStepUp: Door['demandStepUp']
  const stepUpOf: Door['stepUpOf']
  const signOut: Door['signOut']
  const verifiedClaims: (authorization: string | undefined) => Promise<{ sub: string; sid: string } | undefined>
  const test: (title: string, work: () => Promise<void>) => void
  const expect: (value: unknown) => { toBe(expected: unknown): void }
  class GraphQLError extends Error { constructor(message: string, options: { extensions: object }) }
  type Transfer = { amount: string; currency: string; payee: string }
  type Context = { request: Request }
  type AskForCode = (challenge: { destination: string; attemptsLeft: number }) => Promise<string>
}
`

describe('the guide to Express', () => {
  test('every block of TypeScript compiles against the sources', async () => {
    expect(blocks.length).toBeGreaterThan(8)
    expect(await typeErrorsIn(blocks, given)).toEqual([])
  }, 180_000)
})

describe('the guide to the security code', () => {
  test('shows code that compiles against the sources', async () => {
    const own = `import type { Parts } from '@countersign/core'
import { createCountersign as create } from '@countersign/core'
declare global {
  const createCountersign: typeof create
  const store: Parts<{}>['store']
  const channels: Parts<{}>['channels']
  const contactsOf: NonNullable<Parts<{}>['contactsOf']>
}
`
    expect(await typeErrorsIn(blocksIn('docs/guides/security-code.md', 'ts'), own)).toEqual([])
  }, 180_000)
})

describe('the guide to the single sign-on', () => {
  test('shows code that compiles against the sources', async () => {
    const own = `import type { Countersign } from '@countersign/core'
import type { Express, RequestHandler } from 'express'
import type { Connection } from 'mongoose'
import type { Configuration } from 'oidc-provider'
import type { Configuration as Client } from 'openid-client'
import type { StepUpChallenge } from '@countersign/resource-server/relying-party'
type Actions = {
  'payment.approve': { binds: { amount: 'decimal'; currency: 'currency'; payee: 'iban' }; requires: { level: 'code'; mode: 'once' } }
}
declare global {
  const countersign: Countersign<Actions>
  const createOidcStepUp: typeof import('@countersign/oidc-provider').createOidcStepUp
  const Provider: typeof import('oidc-provider').Provider
  const stepUp: import('@countersign/oidc-provider').OidcStepUp
  const configuration: Configuration
  const connection: Connection
  const app: Express
  const listOrders: RequestHandler
  const config: Client
  const authorization: string
  const redirect_uri: string
  const state: string
  const currentUrl: URL
  const kept: StepUpChallenge
  function redirect(url: URL): void
}
`
    expect(await typeErrorsIn(blocksIn('docs/guides/oidc.md', 'ts'), own)).toEqual([])
  }, 180_000)
})

// The page's own test, run as a test of ours.
const [ownTest] = blocks.filter(({ code }) => code.includes('aCountersign({'))
describe('the test that the guide shows', () => {
  const tests: (readonly [string, () => Promise<void>])[] = []

  beforeAll(async () => {
    const collected = `const test = (title, work) => globalThis.collected.push([title, work])\n${ownTest?.code}`
    Object.assign(globalThis, { collected: tests, expect })
    await import(moduleOf({ ...(ownTest as Block), code: collected }, []))
  })

  test('passes', async () => {
    expect(tests.map(([title]) => title)).toEqual(['a transfer is carried out after a code'])
    for (const [, work] of tests) await work()
  }, 60_000)
})

describe('a CommonJS application', () => {
  const [configuration] = blocksIn(page, 'js')
  let folder: string

  // It meets the packages as they are installed: built.
  beforeAll(async () => {
    await run(join(root, 'node_modules/typescript/bin/tsc'), ['-b', 'packages/express', 'packages/testing'], root)
    folder = mkdtempSync(join(tmpdir(), 'countersign-commonjs-'))
    link('@countersign/express', 'test/node_modules/@countersign/express')
    link('@countersign/testing', 'test/node_modules/@countersign/testing')
    link('express', 'test/node_modules/express')
    link('supertest', 'test/node_modules/supertest')
    link('canonicalize', 'packages/core/node_modules/canonicalize')
    link('@swc/core', 'node_modules/@swc/core')
    link('@swc/jest', 'node_modules/@swc/jest')
    writeFileSync(join(folder, 'package.json'), '{ "type": "commonjs" }')
    writeFileSync(join(folder, 'jest.config.js'), configuration?.code ?? '')
    writeFileSync(join(folder, 'app.test.js'), asCommonJs(ownTest?.code ?? ''))
  }, 120_000)

  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('requires the packages with nothing but Node', async () => {
    const program =
      "console.log(typeof require('@countersign/express').stepUp, typeof require('@countersign/testing').confirm)"

    expect(await run('-e', [program], folder)).toMatchObject({ stdout: 'function function\n', exitCode: 0 })
  })

  test('runs the same test in jest with the lines that the guide shows', async () => {
    const jest = join(root, 'node_modules/jest/bin/jest.js')

    const { exitCode, stderr } = await run(jest, ['--rootDir', folder], folder)

    expect(stderr).toContain('1 passed')
    expect(exitCode).toBe(0)
  }, 120_000)

  function link(name: string, target: string): void {
    const place = join(folder, 'node_modules', name)
    mkdirSync(dirname(place), { recursive: true })
    symlinkSync(join(root, target), place)
  }
})

function asCommonJs(code: string): string {
  return code
    .replace(/^import (\w+) from '(.+)'$/gm, "const $1 = require('$2')")
    .replace(/^import (\{.+\}) from '(.+)'$/gm, "const $1 = require('$2')")
}

type Ran = Readonly<{ stdout: string; stderr: string; exitCode: number | null }>

function run(program: string, args: readonly string[], cwd: string): Promise<Ran> {
  const { NODE_OPTIONS: _, ...env } = process.env
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [program, ...args], { cwd, env }, (_error, stdout, stderr) =>
      resolve({ stdout, stderr, exitCode: child.exitCode }),
    )
  })
}
