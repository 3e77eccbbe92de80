import type { Message } from '@countersign/core'
import { type Asking, aPerson, type Walk } from './a-person.js'
import { aProvider, type ProviderParts, type TestProvider } from './a-provider.js'

const running: TestProvider[] = []
afterEach(async () => {
  for (const op of running.splice(0)) await op.stop()
})

const transactions: NonNullable<NonNullable<ProviderParts['stepUp']>['transactions']> = {
  payment: {
    action: 'payment.approve',
    bind: ({ amount, currency, payee }) => ({
      amount: String(amount),
      currency: String(currency),
      payee: String(payee),
    }),
  },
}

async function alice(parts: ProviderParts = {}) {
  const op = await aProvider({ ...parts, stepUp: { transactions, ...parts.stepUp } })
  running.push(op)
  const person = aPerson(op)
  const walk = await (await person.asks()).logsIn()
  if ((await walk.at()) === 'consent') await walk.consents()
  return { op, person }
}

const payment = { type: 'payment', amount: '250.00', currency: 'EUR', payee: 'A shop' }

function paying(detail: object | readonly object[] = payment, more: Record<string, string> = {}): Asking {
  const details = Array.isArray(detail) ? detail : [detail]
  return { parameters: { authorization_details: JSON.stringify(details), ...more } }
}

/** Confirmed by a code, and agreed to on the host's page. */
const paid = async (walk: Walk) => (await walk.confirms()).consents()
const acrOf = async (walk: Walk) => (await walk.tokens()).claims()?.acr

describe('a transaction in authorization_details', () => {
  test('is shown, mailed and confirmed by a code of its own', async () => {
    const { op, person } = await alice()
    const walk = await person.asks(paying())
    expect(await walk.page()).toEqual({
      prompt: 'step_up',
      shown: { amount: '250.00', currency: 'EUR', payee: 'A shop' },
      factors: [expect.objectContaining({ kind: 'email-code' })],
    })

    const tokens = await (await paid(walk)).tokens()

    expect(factsOf(op.inbox.messages().at(-1))).toEqual(['250.00 EUR'])
    expect(tokens.authorization_details).toEqual([payment])
    expect(JSON.parse(Buffer.from(tokens.access_token.split('.')[1] ?? '', 'base64url').toString())).toMatchObject({
      authorization_details: [payment],
      acr: '2',
      amr: ['otp'],
    })
  })

  test('is asked for although the session has the level, and again for other details and for the same', async () => {
    const { op, person } = await alice()
    await (await (await person.asks({ parameters: { acr_values: '2' } })).confirms()).tokens()
    for (const amount of ['250.00', '251.00', '251.00']) {
      op.clock.advance(31)
      const walk = await person.asks(paying({ ...payment, amount }))
      expect(await walk.at()).toBe('step_up')
      await (await paid(walk)).tokens()
    }
  })

  test('silently: interaction_required', async () => {
    const { person } = await alice()

    expect((await person.asks(paying(payment, { prompt: 'none' }))).error()).toBe('interaction_required')
  })

  test('counts for the level of its own request, and raises no session', async () => {
    const { person } = await alice()
    const walk = await person.asks(paying(payment, { acr_values: '2' }))

    expect(await acrOf(await paid(walk))).toBe('2')
    expect((await person.asks({ parameters: { acr_values: '2', prompt: 'none' } })).error()).toBe(
      'interaction_required',
    )
  })

  test('T10: is asked for once, although the consent after it forgets what was submitted before', async () => {
    const { person } = await alice()
    const walk = await (await person.asks(paying())).confirms()
    // The library asks for consent to every transaction.
    expect(await walk.at()).toBe('consent')

    const back = await walk.consents()

    expect(await back.at()).toBe('callback')
    expect((await back.tokens()).authorization_details).toEqual([payment])
  })

  test('is spent by the answer to its request: a way back that is taken twice leads to one', async () => {
    const { op, person } = await alice()
    const walk = await (await person.asks(paying())).confirms()
    const consented = await walk.post('consent')
    const resume = new URL(consented.headers.get('location') ?? '')

    const ends = await Promise.all([1, 2, 3].map(() => person.browser.follow(resume, isCallback)))

    expect(ends.filter(({ url }) => url.searchParams.has('code'))).toHaveLength(1)
    await relayed(op)
    const used = await usesOf(op)
    expect(used).toBe(1)
  })

  test('is refused when it was stopped between the code and the consent', async () => {
    const { op, person } = await alice()
    const walk = await (await person.asks(paying())).confirms()
    const link = new URL(op.inbox.messages().at(-1)?.notMeUrl.reveal() ?? '')
    await person.browser.send(link, { method: 'POST', body: { token: link.searchParams.get('token') } })

    expect((await walk.consents()).error()).toBe('access_denied')
  })

  test('a code of one is refused for another, also in the same session', async () => {
    const { op, person } = await alice()
    const first = await person.asks(paying())
    const second = await person.asks(paying({ ...payment, amount: '9999.00' }))
    const code = await first.code()
    op.clock.advance(31)
    await second.code()

    expect((await second.answers(code)).status).toBe(422)
  })

  test('a confirmation of one request is worth nothing in another for the same details', async () => {
    const { op, person } = await alice()
    const first = await (await person.asks(paying())).confirms()
    expect(await first.at()).toBe('consent')
    op.clock.advance(31)

    const second = await person.asks(paying())

    expect(await second.at()).toBe('step_up')
  })

  test.each([
    ['with a field that is none', { ...payment, amount: 'much' }],
    ['that cannot be bound', { ...payment, payee: 'x'.repeat(600) }],
    ['beside another', [payment, payment]],
  ])('%s: invalid_authorization_details', async (_, details) => {
    const { person } = await alice()

    expect((await person.asks(paying(details))).error()).toBe('invalid_authorization_details')
  })

  test('PAR: is pushed and cannot be seen or changed in the browser', async () => {
    const { person } = await alice()

    const walk = await person.asks({ ...paying(), pushed: true })

    expect((await (await paid(walk)).tokens()).authorization_details).toEqual([payment])
  })
})

const isCallback = ({ href }: URL) => href.startsWith('http://127.0.0.1:1/callback')

function factsOf(message: Message | undefined): readonly string[] {
  return message?.kind === 'code' ? message.action.facts.map(({ value }) => value) : []
}

async function relayed(op: TestProvider): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
  await op.countersign.health()
}

/** How often a one-shot was spent, by the person's record. */
async function usesOf(op: TestProvider): Promise<number> {
  const activity = await op.countersign.subjects.activity({ subject: 'alice' })
  return activity.outcome === 'found' ? activity.events.filter(({ type }) => type === 'elevation.used').length : 0
}
