import request, { type Response } from 'supertest'
import { type Example, startExample } from '../src/example.js'
import { seededPassword } from '../src/people.js'

const alice = 'alice@example.test'
const quiet = { info() {}, warn() {}, error() {} }

let example: Example
// Each test has its own: a second code to one address has to wait for half a minute.
beforeEach(async () => {
  example = await startExample({ port: 0, log: quiet })
})
afterEach(() => example.stop())

type Browser = ReturnType<typeof request.agent>

function aBrowser(): Browser {
  return request.agent(example.url).set('Sec-Fetch-Site', 'same-origin')
}

async function withPassword(email = alice): Promise<Browser> {
  const browser = aBrowser()
  await browser.post('/login').type('form').send({ email, password: seededPassword }).expect('Location', '/login/code')
  return browser
}

/** What the form of the second step would send. */
async function codeForm(browser: Browser, email = alice) {
  const { text } = await browser.get('/login/code').expect(200)
  const [, challenge = ''] = /name="challenge" value="([^"]+)"/.exec(text) ?? []
  return { challenge, code: await example.nextCode(email) }
}

test('a password and then a code open the page', async () => {
  const browser = await withPassword()

  await browser
    .post('/login/code')
    .type('form')
    .send(await codeForm(browser))
    .expect('Location', '/')

  const { text } = await browser.get('/').expect(200)
  expect(text).toContain('Hello, Alice Keller')
})

test('a password alone opens nothing', async () => {
  const browser = await withPassword()

  await browser.get('/').expect(303).expect('Location', '/login/code')
})

test('a wrong password leads back, and says so once', async () => {
  const browser = aBrowser()

  await browser.post('/login').type('form').send({ email: alice, password: 'wrong' }).expect('Location', '/login')

  expect((await browser.get('/login')).text).toContain('Address or password is wrong')
  expect((await browser.get('/login')).text).not.toContain('Address or password is wrong')
})

test('a wrong code leads back, and the right one still opens', async () => {
  const browser = await withPassword()
  const { challenge, code } = await codeForm(browser)
  const wrong = code.replace(/./, (digit) => String((Number(digit) + 1) % 10))

  await browser.post('/login/code').type('form').send({ challenge, code: wrong }).expect('Location', '/login/code')

  expect((await browser.get('/login/code')).text).toContain('That code does not match')
  await browser.post('/login/code').type('form').send({ challenge, code }).expect('Location', '/')
})

test('nobody gets past the second step without the first', async () => {
  const browser = aBrowser()

  await browser
    .post('/login/code')
    .type('form')
    .send({ challenge: 'any', code: '12345678' })
    .expect('Location', '/login/code')
  await browser.get('/login/code').expect('Location', '/login')
})

test('after logging out a new login needs both again', async () => {
  const browser = await withPassword()
  await browser
    .post('/login/code')
    .type('form')
    .send(await codeForm(browser))

  await browser.post('/logout').expect('Location', '/login')

  await browser.get('/').expect('Location', '/login')
})

/** Somebody who has given both. */
async function withBoth(email = alice): Promise<Browser> {
  const browser = await withPassword(email)
  await browser
    .post('/login/code')
    .type('form')
    .send(await codeForm(browser, email))
    .expect('Location', '/')
  return browser
}

/** A security code of Alice's own, got on the account page by a code by mail. */
async function ownCode(browser: Browser): Promise<string> {
  const base = '/countersign/account/code'
  await browser.post(`${base}/issue`).send({}).expect(201)
  const { body: refused } = await browser.post(`${base}/show`).send({}).expect(403)
  const opened = await browser.post('/countersign/challenges').send({ ticket: refused.ticket }).expect(201)
  const answered = await browser
    .post(`/countersign/challenges/${opened.body.challenge.id}/answer`)
    .send({ code: await example.nextCode(alice) })
    .expect(200)
  const elevation = answered.body.elevation.token
  const shown = await browser.post(`${base}/show`).set('Countersign-Elevation', elevation).send({}).expect(200)
  await browser.post(`${base}/activate`).send({}).expect(200)
  return shown.body.code
}

test('who has a security code of his own is asked for it, and may have one by mail instead', async () => {
  const code = await ownCode(await withBoth())
  const browser = await withPassword()

  const { text } = await browser.get('/login/code').expect(200)
  expect(text).toContain('Type your security code')
  const [, challenge = ''] = /name="challenge" value="([^"]+)"/.exec(text) ?? []
  await browser.post('/login/code/again').type('form').send({ way: 'email-code' }).expect('Location', '/login/code')
  expect((await browser.get('/login/code')).text).toContain('It was sent by e-mail.')
  await browser.post('/login/code/again').type('form').send({ way: 'security-code' }).expect('Location', '/login/code')
  await browser.post('/login/code').type('form').send({ challenge, code: code.toLowerCase() }).expect('Location', '/')
  await browser.get('/').expect(200)
})

test('the account page is closed to half a login', async () => {
  const half = await withPassword()
  for (const path of ['/countersign/account', '/countersign/Account/', '/countersign/account/code/issue'])
    expect((await half.get(path)).headers.location).toBe('/login/code')
  await half.post('/countersign/account/code/issue').send({}).expect(303)

  const whole = await withBoth('bob@example.test')

  expect((await whole.get('/countersign/account').expect(200)).body.contacts).toHaveLength(1)
})

test.each(['/login', '/login/code', '/login/code/again', '/logout'])(
  'a form of another site is not taken at %s',
  async (path) => {
    const foreign = { 'Sec-Fetch-Site': 'cross-site', Origin: 'https://evil.example' }
    const form = { email: alice, password: seededPassword }

    await request(example.url).post(path).set(foreign).type('form').send(form).expect(403)
    await request(example.url).post(path).set('Origin', 'https://evil.example').type('form').send(form).expect(403)
    await request(example.url).post(path).type('form').send(form).expect(403)
  },
)

test('pages are kept by nobody, framed by nobody, and load nothing', async () => {
  const pages: Response[] = [await aBrowser().get('/login'), await (await withBoth()).get('/')]

  for (const { status, headers } of pages) {
    expect([status, headers['cache-control'], headers['x-frame-options']]).toEqual([200, 'no-store', 'DENY'])
    expect(headers['content-security-policy']).toBe(
      "default-src 'none';form-action 'self';base-uri 'none';frame-ancestors 'none'",
    )
    expect(headers['x-powered-by']).toBeUndefined()
  }
})
