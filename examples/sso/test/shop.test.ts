import { request } from 'node:http'
import type { Sso } from '../src/sso.js'
import { aSso, aVisitor, onEachStore, typeOf } from './a-sso.js'

onEachStore((start) => {
  let sso: Sso
  beforeAll(async () => {
    sso = await start()
  }, 30_000)
  afterAll(() => sso.stop())

  test('somebody signs in with a password, is asked for a code by a payment, and the payment is made', async () => {
    const alice = aVisitor(sso)
    const { relyingParty } = sso.addresses
    const home = await alice.signsInAtTheShop()
    expect(await home.response?.text()).toContain('urn:example:level:1')

    const asked = await alice.form(`${relyingParty}/pay`, { amount: '8.40', payee: 'CH93 0076 2011 6238 5295 7' })
    const page = await alice.onwards(asked, relyingParty)
    expect(await page.response?.json()).toMatchObject({ prompt: 'step_up' })
    const back = await alice.confirms(page.url)
    expect(back.url.pathname).toBe('/pay/resume')

    const paid = await alice.onwards(await alice.form(`${relyingParty}/pay/resume`), relyingParty)
    expect(paid.url.pathname).toBe('/paid')
    const account = await alice.follow(relyingParty)
    expect(await account.response?.text()).toContain('urn:example:level:2')
  })

  test('what could never be paid is said at the form, before anybody is asked for a code', async () => {
    const bob = aVisitor(sso)
    await bob.signsInAtTheShop('bob@example.test')
    const response = await bob.form(`${sso.addresses.relyingParty}/pay`, { amount: '0,00', payee: 'CH93 0076 <b>' })
    const page = await response.text()

    expect(response.status).toBe(422)
    expect(page).toContain('href="#amount"')
    expect(page).toContain('href="#payee"')
    expect(page).toContain('value="CH93 0076 &lt;b&gt;"')
  })
})

describe('the shop', () => {
  let sso: Sso
  beforeAll(async () => {
    sso = await aSso()
  })
  afterAll(() => sso.stop())

  const payee = 'CH93 0076 2011 6238 5295 7'

  /** Somebody who was sent to the bank, and the state that has to come back. */
  async function onTheWay() {
    const alice = aVisitor(sso)
    const sent = await alice.form(`${sso.addresses.relyingParty}/sign-in`)
    const state = new URL(sent.headers.get('location') ?? '').searchParams.get('state') ?? ''
    const comesBack = (query: Record<string, string>, accept?: string) =>
      alice.get(
        `${sso.addresses.relyingParty}/callback?${new URLSearchParams({ iss: sso.addresses.issuer, ...query })}`,
        accept,
      )
    return { state, comesBack }
  }

  test('tells a program what is wrong with a payment', async () => {
    const bob = aVisitor(sso)
    await bob.signsInAtTheShop('bob@example.test')
    const response = await bob.post(`${sso.addresses.relyingParty}/pay`, { amount: '8.40', payee: 'CH00' })

    expect(response.status).toBe(422)
    expect(await response.json()).toMatchObject({ errors: [{ field: 'payee', problem: 'iban' }] })
  })

  test('takes an amount with a comma', async () => {
    const bob = aVisitor(sso)
    await bob.signsInAtTheShop('bob@example.test')
    const response = await bob.form(`${sso.addresses.relyingParty}/pay`, { amount: '8,40', payee })

    expect(response.headers.get('location')).toContain(`${sso.addresses.issuer}/auth?`)
  })

  test('refuses a body with a key twice', async () => {
    const body = `{"amount":"8.40","amount":"9.40","payee":"${payee}"}`
    const response = await aVisitor(sso).post(`${sso.addresses.relyingParty}/pay`, body)

    expect([response.status, typeOf(await response.json())]).toEqual([400, 'urn:countersign:problem:malformed'])
  })

  test.each([
    ['an answer to another question', { code: 'x', state: 'another' }, 'invalid_response'],
    ['a code that is none', { code: 'x' }, 'invalid_grant'],
    ['a refusal', { error: 'access_denied' }, 'access_denied'],
  ])('says of %s that the bank did not confirm it', async (_, answer, error) => {
    const { state, comesBack } = await onTheWay()
    const response = await comesBack({ state, ...answer })

    expect(response.status).toBe(403)
    expect(response.headers.get('content-type')).toContain('application/problem+json')
    expect(await response.json()).toMatchObject({ type: 'urn:example:rhein-bakery:problem:not-confirmed', error })
  })

  test('says so on a page of its own to a person', async () => {
    const { state, comesBack } = await onTheWay()
    const response = await comesBack({ state, error: 'access_denied' }, 'text/html')

    expect(response.status).toBe(403)
    expect(await response.text()).toContain('Not confirmed - Rhein Bakery')
  })

  test('speaks of itself where it has nothing', async () => {
    const response = await aVisitor(sso).get(`${sso.addresses.relyingParty}/nothing`, 'text/html')

    expect(response.status).toBe(404)
    expect(await response.text()).toContain('- Rhein Bakery</title>')
  })

  test('leads to the name that the bank sends people back to', async () => {
    const { port } = new URL(sso.addresses.relyingParty)
    const response = await aVisitor(sso).get(`http://localhost:${port}/paid?x=1`)

    expect([response.status, response.headers.get('location')]).toEqual([308, `${sso.addresses.relyingParty}/paid?x=1`])
  })

  test.each([
    ['//evil.example/login?x=1', '//evil.example/login?x=1'],
    ['/\\evil.example/login', '//evil.example/login'],
    ['http://evil.example/login', '/login'],
  ])('leads nowhere else, whatever the path: %s', async (path, led) => {
    const { port } = new URL(sso.addresses.relyingParty)
    const location = await new Promise((resolve, reject) => {
      const headers = { host: `localhost:${port}` }
      request({ host: '127.0.0.1', port, path, headers }, (response) => resolve(response.resume().headers.location))
        .on('error', reject)
        .end()
    })

    expect(location).toBe(sso.addresses.relyingParty + led)
  })
})
