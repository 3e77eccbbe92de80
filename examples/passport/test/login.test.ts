import request from 'supertest'
import { type Example, startExample } from '../src/example.js'
import { seededPassword } from '../src/people.js'

const email = 'alice@example.test'
const quiet = { info() {}, warn() {}, error() {} }

let example: Example
// Each test has its own: a second code to one address has to wait for half a minute.
beforeEach(async () => {
  example = await startExample({ port: 0, log: quiet })
})
afterEach(() => example.stop())

type Browser = ReturnType<typeof request.agent>

function aBrowser(): Browser {
  return request.agent(example.url)
}

async function withPassword(): Promise<Browser> {
  const browser = aBrowser()
  await browser.post('/login').type('form').send({ email, password: seededPassword }).expect('Location', '/login/code')
  return browser
}

/** What the form of the second step would send. */
async function codeForm(browser: Browser) {
  const { text } = await browser.get('/login/code').expect(200)
  const [, challenge = ''] = /name="challenge" value="([^"]+)"/.exec(text) ?? []
  return { challenge, code: await example.lastCode(email) }
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

  await browser.post('/login').type('form').send({ email, password: 'wrong' }).expect('Location', '/login')

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
