import { codeIn } from '../src/tour/tour-guide.js'
import { createVisitor } from '../src/tour/visitor.js'
import {
  aBank,
  aCustomer,
  aTransfer,
  codeMails,
  confirmed,
  mailNumber,
  type RunningBank,
  signedIn,
  typeOf,
} from './a-bank.js'
import { account, contactOf, pickedUp, withCode } from './a-code.js'
import { look } from './a-page.js'

let running: RunningBank
beforeAll(async () => {
  running = await aBank()
})
afterAll(() => running.bank.stop())

test('a newcomer proves the address, picks a code up and confirms a transfer with it, all over JSON', async () => {
  const customer = await aCustomer(running)
  const early = await customer.send('POST', `${account}/code/issue`, { json: {} })
  expect([early.status, typeOf(early), early.json.missing]).toEqual([
    422,
    'proofs-missing',
    [{ what: 'contact', more: 1 }],
  ])
  const code = await withCode(customer)

  const asked = await customer.send('POST', '/transfers', { json: aTransfer })
  expect(asked.json.factors).toMatchObject([{ kind: 'security-code' }, { kind: 'email-code' }])
  const opened = await customer.send('POST', '/countersign/challenges', { json: { ticket: asked.json.ticket } })
  const { id, factor } = opened.json.challenge as { id: string; factor: string }
  const answered = await customer.send('POST', `/countersign/challenges/${id}/answer`, { json: { code } })
  const { token } = answered.json.elevation as { token: string }
  const headers = { 'countersign-elevation': token }
  const sent = await customer.send('POST', '/transfers', { json: aTransfer, headers })

  expect([factor, sent.status]).toEqual(['security-code', 201])
  expect((await customer.send('GET', '/account')).json).toMatchObject({ balance: '750.00' })
})

test('who has a code may have one by e-mail instead', async () => {
  const customer = await aCustomer(running)
  await withCode(customer)
  const asked = await customer.send('POST', '/transfers', { json: aTransfer })
  const before = (await codeMails(customer, customer.email)).length
  const opened = await customer.send('POST', '/countersign/challenges', {
    json: { ticket: asked.json.ticket, factor: 'email-code' },
  })
  const { id, factor } = opened.json.challenge as { id: string; factor: string }
  const code = codeIn(await mailNumber(customer, customer.email, before + 1, codeMails))

  expect(factor).toBe('email-code')
  expect((await customer.send('POST', `/countersign/challenges/${id}/answer`, { json: { code } })).status).toBe(200)
})

test('nobody is turned away before there is a code: a transfer is confirmed by e-mail, which proves the address', async () => {
  const customer = await aCustomer(running)
  const asked = await customer.send('POST', '/transfers', { json: aTransfer })
  expect(asked.json.factors).toMatchObject([{ kind: 'email-code' }])

  const headers = await confirmed(customer, asked, customer.email)

  expect((await customer.send('POST', '/transfers', { json: aTransfer, headers })).status).toBe(201)
  expect((await customer.send('GET', account)).json).toMatchObject({ securityCode: { state: 'none', missing: [] } })
})

describe('the start page', () => {
  test('leads a newcomer to what is missing, step by step, and then leaves it out', async () => {
    const customer = await aCustomer(running)
    const start = async () => (await look(customer, '/account')).text
    expect(await start()).toMatch(/Get your security code.*href="\/countersign\/account">Verify my address/s)
    await customer.send('POST', `${account}/contacts/verify`, { json: { contact: await contactOf(customer) } })
    const code = codeIn(await mailNumber(customer, customer.email, 1, codeMails))
    expect(await start()).toContain('Enter the code from the e-mail')
    await customer.send('POST', `${account}/contacts/prove`, { json: { code } })
    expect(await start()).toContain('Get my security code')
    await pickedUp(customer)
    expect(await start()).toContain('Pick up my security code')
    await customer.send('POST', `${account}/code/activate`, { json: {} })

    const done = await start()

    expect(done).not.toContain('Get your security code')
    expect(done).toMatch(/Security code active until \d+ \w+ \d{4}/)
  })

  test('says in German, too, how it is with the code, where codes go and when one was used last', async () => {
    const alice = await signedIn(running, 'bob@example.test')
    const { text } = await look(alice, '/account', { 'accept-language': 'de' })

    expect(text).toContain('Noch kein Sicherheitscode')
    expect(text).toMatch(/Codes gehen an<\/dt><dd><bdi>b\*\*\*@e\*\*\*\.test<\/bdi><br><span class="hint">Bestätigt/)
    expect(text).toMatch(/Zuletzt benutzt<\/dt><dd>Noch nicht/)
  })

  test('is there for a program as it was, without a word about codes', async () => {
    const customer = await aCustomer(running)

    expect(Object.keys((await customer.send('GET', '/account')).json)).toEqual([
      'name',
      'email',
      'balance',
      'currency',
      'transfers',
    ])
  })
})

test('the security pages are for who is signed in, and lead to the sign-in and back', async () => {
  const stranger = createVisitor('stranger', running.url)
  const { status, headers } = await look(stranger, account)

  expect([status, headers.get('location')]).toEqual([303, '/sign-in?returnTo=%2Fcountersign%2Faccount'])
})

test('no code and no token stands in the log, whatever was done with them', async () => {
  const customer = await aCustomer(running)
  const code = await withCode(customer)
  await customer.send('POST', `${account}/code/activate`, { json: { code: '00000-00000' } })
  await look(customer, `${account}?said=wrong&form=activate`)

  const log = running.log.join('\n')

  expect(log).toContain(`${account}/code/show`)
  expect(log).not.toContain(code)
  expect(log).not.toContain('said=')
})
