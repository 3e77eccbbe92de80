import { acr } from '../src/levels.js'
import type { Sso } from '../src/sso.js'
import { aClient } from './a-client.js'
import { aSso, newestCode } from './a-sso.js'

let sso: Sso
beforeAll(async () => {
  sso = await aSso()
})
afterAll(() => sso.stop())

const bob = { email: 'bob@example.test', password: 'correct horse battery staple' }

/** Somebody before the first page of a request. */
async function before(parameters: Record<string, string> = {}) {
  const sandbox = await aClient(sso)
  const { url } = await sandbox.person.browser.follow(sandbox.url(parameters), () => false)
  return { ...sandbox, page: sandbox.person.interactionOf(url) }
}

/** Bob before the page that asks for a code. */
async function beforeStepUp() {
  const first = await before({ acr_values: acr.code })
  const { person } = first
  const loggedIn = await person.onwards(await person.post(`${first.page}/login`, bob), first.page)
  return { ...first, page: person.interactionOf(loggedIn.url) }
}

describe('the login', () => {
  test('says as JSON what it is', async () => {
    const { person, page } = await before()

    expect(await (await person.get(page)).json()).toEqual({ prompt: 'login' })
  })

  test('is a page for a browser', async () => {
    const { person, page } = await before()
    const response = await person.get(page, 'text/html')

    expect(await response.text()).toContain(`action="${new URL(page).pathname}/login"`)
  })

  test('lets a right password on by 303', async () => {
    const { person, page } = await before()

    expect((await person.post(`${page}/login`, bob)).status).toBe(303)
  })

  test.each([
    ['a wrong password', { ...bob, password: 'wrong' }],
    ['an unknown address', { ...bob, email: 'nobody@example.test' }],
  ])('refuses %s with the same answer', async (_, credentials) => {
    const { person, page } = await before()
    const response = await person.post(`${page}/login`, credentials)

    expect(response.status).toBe(401)
    expect(await response.json()).toMatchObject({ type: 'urn:example:lindenhof-bank:problem:wrong-credentials' })
  })

  test('keeps the typed address on the page after a wrong password', async () => {
    const { person, page } = await before()
    const response = await person.form(`${page}/login`, { ...bob, password: 'wrong' })

    expect(response.status).toBe(401)
    expect(await response.text()).toContain('value="bob@example.test"')
  })

  test.each([
    ['a field too many', { ...bob, admin: true }],
    ['a password that is no text', { ...bob, password: 7 }],
  ])('answers 400 to %s', async (_, body) => {
    const { person, page } = await before()

    expect((await person.post(`${page}/login`, body)).status).toBe(400)
  })

  test('is not sent from another site', async () => {
    const { page } = await before()
    const response = await fetch(`${page}/login`, {
      method: 'POST',
      headers: { origin: 'https://evil.example', 'content-type': 'application/json' },
      body: JSON.stringify(bob),
    })

    expect(response.status).toBe(403)
  })
})

test('consent names the scopes, and is given by 303', async () => {
  const { person, page } = await before()
  const loggedIn = await person.onwards(await person.post(`${page}/login`, bob), page)
  const consent = person.interactionOf(loggedIn.url)

  expect(await (await person.get(consent)).json()).toEqual({
    prompt: 'consent',
    scopes: ['openid', 'orders', 'payments'],
  })
  expect((await person.post(`${consent}/consent`)).status).toBe(303)
})

test.each(['login', 'step_up'] as const)('who goes back from %s ends in access_denied', async (prompt) => {
  const { person, page, walk } = prompt === 'login' ? await before() : await beforeStepUp()
  const aborted = await person.post(`${page}/abort`)
  expect(aborted.status).toBe(303)

  const back = await walk(new URL(aborted.headers.get('location') ?? '', page))
  expect(back.searchParams.get('error')).toBe('access_denied')
})

describe('the step-up', () => {
  test('says what it is for and which ways there are', async () => {
    const { person, page } = await beforeStepUp()

    expect(await (await person.get(page)).json()).toEqual({
      prompt: 'step_up',
      shown: {},
      factors: [{ id: expect.any(String), kind: 'email-code', destination: 'b***@e***.test' }],
    })
  })

  test('sends a code, and counts a wrong one', async () => {
    const { person, page } = await beforeStepUp()
    const opened = await person.post(`${page}/challenge`, { factor: 'email-code' })
    expect(opened.status).toBe(201)
    expect(await opened.json()).toMatchObject({ challenge: { factor: 'email-code', attemptsLeft: 5 } })
    const right = await newestCode(sso, 0)
    const wrong = await person.post(`${page}/answer`, { code: right === '00000000' ? '00000001' : '00000000' })

    expect(wrong.status).toBe(422)
    expect(await wrong.json()).toMatchObject({ type: 'urn:countersign:problem:wrong-code', attemptsLeft: 4 })
  })

  test('is refused in another browser as lost', async () => {
    const { page } = await beforeStepUp()
    const response = await fetch(page, { headers: { accept: 'application/json' } })

    expect(response.status).toBe(410)
    expect(await response.json()).toMatchObject({ type: 'urn:countersign:problem:interaction-lost' })
  })
})

test.each(['', '/login', '/consent', '/answer'])('a lost interaction is 410 at its address%s', async (verb) => {
  const { person } = await aClient(sso)
  const address = `${sso.addresses.issuer}/interaction/lost${verb}`
  const response = verb === '' ? await person.get(address) : await person.post(address)

  expect(response.status).toBe(410)
})

test('a lost interaction shows a page with a way to start again', async () => {
  const { person } = await aClient(sso)
  const response = await person.get(`${sso.addresses.issuer}/interaction/lost`, 'text/html')

  expect(response.status).toBe(410)
  expect(await response.text()).toContain('href="/"')
})
