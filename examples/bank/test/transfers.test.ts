import { seededPassword } from '../src/seeds.js'
import { aBank, aCustomer, aTransfer, confirmed, payee, type RunningBank, signedIn, typeOf } from './a-bank.js'

let running: RunningBank
beforeAll(async () => {
  running = await aBank()
})
afterAll(() => running.bank.stop())

test('a transfer asks for a code, is carried out once, and stands in the account', async () => {
  const customer = await aCustomer(running)
  const order = { ...aTransfer, name: 'Rhein Bakery' }
  const asked = await customer.send('POST', '/transfers', { json: order })
  expect(asked).toMatchObject({ status: 403, json: { action: 'transfer.create', shown: order, level: 'code' } })

  const headers = await confirmed(customer, asked, customer.email)
  const done = await customer.send('POST', '/transfers', { json: order, headers })
  const again = await customer.send('POST', '/transfers', { json: order, headers })

  const { transfer } = done.json as { transfer: { id: string; confirmation: string; at: string } }
  expect([done.status, transfer]).toEqual([
    201,
    { ...aTransfer, id: transfer.id, confirmation: transfer.confirmation, at: transfer.at },
  ])
  expect([again.status, typeOf(again), again.json.id]).toEqual([403, 'step-up-already-used', transfer.confirmation])
  expect((await customer.send('GET', '/account')).json).toMatchObject({ balance: '750.00', transfers: [transfer] })
  expect((await customer.send('GET', `/transfers/${transfer.id}`)).json).toEqual({ transfer })
})

test('who repeats a transfer that took nearly all hears that it was carried out, not that the money is gone', async () => {
  const customer = await aCustomer(running)
  const order = { ...aTransfer, amount: '900.00' }
  const headers = await confirmed(customer, await customer.send('POST', '/transfers', { json: order }), customer.email)
  const done = await customer.send('POST', '/transfers', { json: order, headers })

  const again = await customer.send('POST', '/transfers', { json: order, headers })

  const { confirmation } = done.json.transfer as { confirmation: string }
  expect([done.status, again.status, typeOf(again), again.json.id]).toEqual([
    201,
    403,
    'step-up-already-used',
    confirmation,
  ])
})

test.each([
  ['a header that is none', { 'countersign-elevation': 'x' }],
  ['an empty header', { 'countersign-elevation': '' }],
  ['a cookie that is none', { cookie: 'countersign-once=x' }],
])('money that is not there is refused before anybody is asked, also with %s', async (_what, brought) => {
  const customer = await aCustomer(running)
  const { headers } = await customer.send('POST', '/sign-in', {
    json: { email: customer.email, password: seededPassword },
  })
  const session = headers
    .getSetCookie()
    .find((line) => line.startsWith('bank='))
    ?.split(';')[0]
  const sent = 'cookie' in brought ? { cookie: `${session}; ${brought.cookie}` } : brought

  const answer = await customer.send('POST', '/transfers', {
    json: { ...aTransfer, amount: '5000.00' },
    headers: sent,
  })

  expect([answer.status, answer.json.errors]).toEqual([422, [{ field: 'amount', problem: 'funds' }]])
})

test('a spent elevation is no way past the look at the money, with other fields or from another session', async () => {
  const customer = await aCustomer(running)
  const order = { ...aTransfer, amount: '900.00' }
  const headers = await confirmed(customer, await customer.send('POST', '/transfers', { json: order }), customer.email)
  await customer.send('POST', '/transfers', { json: order, headers })
  const elsewhere = await signedIn(running, customer.email)

  const more = await customer.send('POST', '/transfers', { json: { ...order, amount: '900.01' }, headers })
  const other = await elsewhere.send('POST', '/transfers', { json: order, headers })

  for (const answer of [more, other])
    expect([answer.status, answer.json.errors]).toEqual([422, [{ field: 'amount', problem: 'funds' }]])
})

test('fifty requests with one elevation at once are one transfer', async () => {
  const customer = await aCustomer(running)
  const headers = await confirmed(
    customer,
    await customer.send('POST', '/transfers', { json: aTransfer }),
    customer.email,
  )

  const answers = await Promise.all(
    Array.from({ length: 50 }, () => customer.send('POST', '/transfers', { json: aTransfer, headers })),
  )

  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
  expect((await customer.send('GET', '/account')).json).toMatchObject({ balance: '750.00' })
})

test.each([[{ amount: '250.01' }], [{ payee: 'DE89370400440532013000' }], [{ name: 'Somebody' }]])(
  'a confirmation is worth nothing with %j',
  async (change) => {
    const customer = await aCustomer(running)
    const headers = await confirmed(
      customer,
      await customer.send('POST', '/transfers', { json: aTransfer }),
      customer.email,
    )

    const changed = await customer.send('POST', '/transfers', { json: { ...aTransfer, ...change }, headers })
    const reordered = await customer.send('POST', '/transfers', {
      json: { payee, currency: 'EUR', amount: '250.00' },
      headers,
    })

    expect([changed.status, typeOf(changed)]).toEqual([403, 'step-up-required'])
    expect(reordered.status).toBe(201)
  },
)

test.each([
  ['amount', 'amount', { amount: '0' }],
  ['amount', 'amount', { amount: '-5' }],
  ['amount', 'amount', { amount: '1.005' }],
  ['amount', 'amount', { amount: '1,50' }],
  ['amount', 'funds', { amount: '1000.01' }],
  ['currency', 'currency', { currency: 'USD' }],
  ['payee', 'iban', { payee: 'CH9300762011623852958' }],
  ['payee', 'iban', { payee: '' }],
  ['name', 'name', { name: '' }],
  ['name', 'name', { name: 'two\nlines' }],
  ['name', 'name', { name: 'half\ud800' }],
  ['payee', 'iban', { payee: `${payee}\ud800` }],
])('a wrong %s (%s) is refused before anybody is asked: %j', async (field, problem, change) => {
  const customer = await aCustomer(running)

  const answer = await customer.send('POST', '/transfers', { json: { ...aTransfer, ...change } })

  expect([answer.status, typeOf(answer), answer.json.errors]).toEqual([422, 'wrong-value', [{ field, problem }]])
})

test.each([
  ['an amount that is a number', { ...aTransfer, amount: 250 }],
  ['a payee in a list', { ...aTransfer, payee: [payee] }],
  ['an operator', { ...aTransfer, payee: { $ne: '' } }],
  ['null', { ...aTransfer, name: null }],
  ['an unknown field', { ...aTransfer, memo: 'x' }],
  ['a missing field', { amount: '1.00', currency: 'EUR' }],
])('%s is malformed', async (_what, json) => {
  const customer = await aCustomer(running)

  const answer = await customer.send('POST', '/transfers', { json })

  expect([answer.status, typeOf(answer)]).toEqual([400, 'malformed'])
})

test('nobody sees the transfer of somebody else', async () => {
  const [customer, other] = [await aCustomer(running), await aCustomer(running)]
  const headers = await confirmed(
    customer,
    await customer.send('POST', '/transfers', { json: aTransfer }),
    customer.email,
  )
  const { json } = await customer.send('POST', '/transfers', { json: aTransfer, headers })
  const { id } = json.transfer as { id: string }

  expect((await other.send('GET', `/transfers/${id}`)).status).toBe(404)
  expect((await other.send('GET', '/account')).json).toMatchObject({ transfers: [] })
})

test('money that is gone when the code arrives is not sent', async () => {
  const customer = await aCustomer(running)
  const most = { ...aTransfer, amount: '900.00' }
  const headers = await confirmed(customer, await customer.send('POST', '/transfers', { json: most }), customer.email)
  const others = await confirmed(
    customer,
    await customer.send('POST', '/transfers', { json: aTransfer }),
    customer.email,
  )
  await customer.send('POST', '/transfers', { json: aTransfer, headers: others })

  const answer = await customer.send('POST', '/transfers', { json: most, headers })
  const again = await customer.send('POST', '/transfers', { json: most, headers })

  // The same answer twice: the first has not spent the elevation.
  for (const refused of [answer, again])
    expect([refused.status, refused.json.errors]).toEqual([422, [{ field: 'amount', problem: 'funds' }]])
  expect((await customer.send('GET', '/account')).json).toMatchObject({ balance: '750.00' })
})
