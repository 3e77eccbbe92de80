import { execFile } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { decodeJwt } from 'jose'
import { type Asking, aPerson, type Walk } from './a-person.js'
import { aClient, type ProviderParts } from './a-provider.js'
import { providerForEachTest } from './provider-for-each-test.js'

/** Traps of the page docs/oidc-traps.md that no other suite meets on its way. */
const provider = providerForEachTest()

async function alice(parts: ProviderParts = {}) {
  const op = await provider(parts)
  const person = aPerson(op)
  await person.signsIn()
  return { op, person }
}

const two: Asking = { parameters: { acr_values: '2' } }
const otherThan = (code: string) => (code === '00000000' ? '11111111' : '00000000')

test('T16: a code is over by Countersign’s own clock, although the provider’s interaction lives on', async () => {
  const { op, person } = await alice()
  const walk = await person.asks(two)
  const code = await walk.code()
  op.clock.advance(301)

  const answer = await walk.answers(code)

  expect(Object(await answer.json()).type).toBe('urn:countersign:problem:challenge-closed')
  expect(await op.provider.Interaction.find(walk.url.pathname.split('/')[2] ?? '')).toBeDefined()
})

test('T22: the host’s own fetch stays, and by it a sign-out is told to a relying party on this machine', async () => {
  const told: Promise<string>[] = []
  const relyingParty = createServer((request, response) => {
    told.push(text(request))
    response.end()
  })
  await new Promise<void>((resolve) => relyingParty.listen(0, '127.0.0.1', resolve))
  const uri = `http://127.0.0.1:${(relyingParty.address() as AddressInfo).port}/signed-out`
  const { op, person } = await alice({
    configuration: (base) => ({
      ...base,
      clients: [aClient('app', { backchannel_logout_uri: uri })],
      features: { ...base.features, backchannelLogout: { enabled: true } },
      // The library's own looks up each name, and refuses those of this machine by the dispatcher that it hands over.
      fetch: (url, { dispatcher: _, ...options } = {}) => fetch(url, options),
    }),
  })
  const successes: unknown[] = []
  op.provider.on('backchannel.success', (_context, client) => successes.push(client.clientId))

  await person.signsOut()

  const [body = ''] = await Promise.all(told)
  expect(decodeJwt(new URLSearchParams(body).get('logout_token') ?? '')).toMatchObject({ sub: 'alice', aud: 'app' })
  expect(successes).toEqual(['app'])
  await new Promise((resolve) => relyingParty.close(resolve))
})

test('T24: a client that may not ask for a type of transaction is refused before anybody is asked for a code', async () => {
  const { op, person } = await alice({
    clients: [aClient('strict', { authorization_details_types: [] })],
    stepUp: {
      transactions: {
        payment: { action: 'payment.approve', bind: () => ({ amount: '1.00', currency: 'EUR', payee: 'A shop' }) },
      },
    },
  })
  const authorization_details = JSON.stringify([{ type: 'payment' }])

  const walk = await person.asks({ clientId: 'strict', parameters: { authorization_details } })

  expect(walk.error()).toBe('invalid_authorization_details')
  expect(op.inbox.messages()).toEqual([])
})

test('T25: who signs in as somebody else at a step-up is asked for a code of his own', async () => {
  const { op, person } = await alice()
  const walk = await person.asks({ parameters: { acr_values: '2', prompt: 'login' } })
  const asked = await throughLogout(await walk.logsIn('bob'))
  expect(await asked.at()).toBe('step_up')

  const tokens = await (await asked.confirms()).tokens()

  expect(op.inbox.messages().map(({ to }) => to.address.reveal())).toEqual(['bob@example.test'])
  expect(tokens.claims()).toMatchObject({ sub: 'bob', acr: '2' })
})

test('T27: a flood that drives interactions out of the library’s memory gives no try back', async () => {
  const { op, person } = await alice()
  const first = await person.asks(two)
  const code = await first.code()
  for (let wrong = 0; wrong < 5; wrong++) await first.answers(otherThan(code))
  const lost = await person.asks(two)
  for (let count = 0; count < 2100; count++) await new op.provider.InitialAccessToken({}).save()
  expect((await person.browser.send(lost.url)).status).toBe(410)

  op.clock.advance(200)
  const walk = await (await aPerson(op).asks(two)).logsIn()
  const again = await walk.code()
  for (let wrong = 0; wrong < 5; wrong++) expect((await walk.answers(otherThan(again))).status).toBe(422)

  op.clock.advance(31)
  expect((await walk.post('challenge')).status).toBe(423)
})

test('T29: a program in CommonJS requires the extension, the adapter and the library', async () => {
  const root = join(import.meta.dirname, '../../..')
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  const program =
    "console.log(typeof require('@countersign/oidc-provider').createOidcStepUp, typeof require('@countersign/mongoose/oidc-adapter').oidcAdapter, typeof require('oidc-provider').Provider)"
  const { NODE_OPTIONS: _, ...env } = process.env
  const node = promisify(execFile)

  await node(process.execPath, [tsc, '-b', 'packages/oidc-provider', 'packages/mongoose'], { cwd: root, env })
  const { stdout } = await node(process.execPath, ['-e', program], { cwd: join(import.meta.dirname, '..'), env })

  expect(stdout).toBe('function function function\n')
}, 120_000)

test('T32: a refusal does not use up a pushed request: it is answered the same again, and not as unknown', async () => {
  const { person } = await alice()
  const walk = await person.asks({ pushed: true, parameters: { acr_values: '3' } })
  expect(walk.error()).toBe('unmet_authentication_requirements')

  expect((await walk.again()).error()).toBe('unmet_authentication_requirements')
})

/** The library first ends the session of who was there: by a form that a browser sends off by itself. */
async function throughLogout(walk: Walk): Promise<Walk> {
  const page = (await walk.response?.text()) ?? ''
  const [, action = ''] = /action="([^"]+)"/.exec(page) ?? []
  const fields = [...page.matchAll(/name="([^"]+)" value="([^"]*)"/g)].map(
    ([, name = '', value = '']) => [name, value] as const,
  )
  const body = new URLSearchParams(Object.fromEntries(fields))
  return walk.on(await walk.browser.send(new URL(action, walk.url), { method: 'POST', body }))
}
