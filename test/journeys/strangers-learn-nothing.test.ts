import { createVisitor } from '../../examples/bank/src/tour/visitor.js'
import { aBank, aCustomer, type RunningBank } from '../../examples/bank/test/a-bank.js'
import { lockedOut } from '../support/locked-customer.js'
import { acts, kinds, type StrangersAnswer, strangersApp } from '../support/strangers.js'

describe('whoever names an address in his account', () => {
  let app: Awaited<ReturnType<typeof strangersApp>>
  beforeAll(async () => {
    app = await strangersApp()
  })
  afterAll(() => app.stop())

  test.each(acts)('is answered alike whoever has it: %s', async (act) => {
    const answers = []
    for (const kind of kinds) answers.push((await app.tries(kind))[act])
    const [first, ...others] = answers.map(comparable)

    expect(first?.status).toBe({ claim: 202, prove: 422, resend: 202, verify: 202 }[act])
    for (const other of others) expect(other).toEqual(first)
  })
})

describe('whoever signs up at the bank', () => {
  let running: RunningBank
  beforeAll(async () => {
    running = await aBank()
  })
  afterAll(() => running.bank.stop())

  test('is answered alike whoever has the address', async () => {
    const { email } = await aCustomer(running)
    const locked = await aCustomer(running)
    await lockedOut(locked)
    const addresses = ['alice@example.test', email, locked.email, 'nobody000@example.test']
    const answers = []
    for (const address of addresses) {
      const json = { name: 'Eve Muster', email: address, password: 'a password of eve' }
      const { status, headers, text } = await createVisitor('Eve', running.url).send('POST', '/sign-up', { json })
      answers.push(comparable({ status, headers: Object.fromEntries(headers), text, took: 0 }))
    }

    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
    expect(answers[0]?.status).toBe(201)
  })
})

/** An answer without what is another one each time: the moment, the request's own name, and the digest of a body that holds them. */
function comparable({ status, headers, text }: StrangersAnswer) {
  const { date: _date, etag: _etag, ...rest } = headers
  return {
    status,
    headers: rest,
    length: text.length,
    body: text
      .replaceAll(/"requestId":"[^"]*"/g, '"requestId":"..."')
      .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, 'a time')
      .replaceAll(/"id":"[^"]*"/g, '"id":"..."'),
  }
}
