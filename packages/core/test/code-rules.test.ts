import { alice, aTransfer, type Bank, closed, fields, opened, outcomeOf, payloadsOf, tokenIn } from './a-bank.js'
import { aBankWithCodes, anActiveCode, cheapHashing, pickedUp } from './a-code.js'

afterEach(closed)

const day = 86_400
const { subject } = alice
const byOwnCode = { ...aTransfer, factor: 'security-code' } as const
const another = { ...byOwnCode, bound: { ...fields, amount: '1.00' } } as const

/** Asks for the security code and types this one. */
async function typed({ countersign }: Bank, code: string, asked: typeof byOwnCode = byOwnCode): Promise<string> {
  const opening = await countersign.challenges.open(asked)
  if (opening.outcome !== 'opened') return opening.outcome
  return (await countersign.challenges.answer({ ...alice, challengeId: opening.challenge.id, code })).outcome
}

const stateOf = async ({ countersign }: Bank) => {
  const status = await countersign.codes.status({ subject })
  return status.outcome === 'found' ? status.code.state : status.outcome
}

describe('a code that an administrator replaces within seven days', () => {
  async function aForcedReplacement() {
    const bank = await aBankWithCodes()
    const code = await anActiveCode(bank)
    await bank.countersign.codes.rotate({ subject, by: 'clerk 7', endsInDays: 7 })
    await bank.carryOut()
    return { bank, code, ends: new Date(bank.clock.now().getTime() + 7 * day * 1000) }
  }

  test('says when it ends', async () => {
    const { bank, ends } = await aForcedReplacement()

    expect(await bank.countersign.codes.status({ subject })).toMatchObject({
      code: { state: 'expiring', expiresAt: ends },
    })
  })

  test('works to that moment, and is told to be over after it', async () => {
    const { bank, code } = await aForcedReplacement()
    bank.clock.advance(7 * day - 1)
    const before = await typed(bank, code)
    bank.clock.advance(1)

    expect([before, await typed(bank, code, another)]).toEqual(['passed', 'code-expired'])
  })

  test('ends although nobody took the next one', async () => {
    const { bank } = await aForcedReplacement()
    bank.clock.advance(7 * day)
    await bank.countersign.elevations.revoke({ ...alice, session: 'a look' })
    const { code } = await bank.subject()

    expect(code?.held?.ended).toMatchObject({ why: 'expired' })
    expect(code?.waiting).toBeDefined()
  })

  test('ends no later than it would have', async () => {
    const bank = await aBankWithCodes()
    await anActiveCode(bank)
    bank.clock.advance(363 * day)
    await bank.countersign.codes.rotate({ subject, by: 'clerk 7', endsInDays: 7 })
    bank.clock.advance(2 * day)

    expect(await stateOf(bank)).not.toBe('expiring')
  })
})

describe('a revoked code', () => {
  test('that is typed where its question was open already is refused, and costs no try', async () => {
    const bank = await aBankWithCodes()
    const code = await anActiveCode(bank)
    const { id: challengeId } = opened(await bank.countersign.challenges.open(byOwnCode))
    await bank.countersign.codes.revoke({ subject })

    expect(await bank.countersign.challenges.answer({ ...alice, challengeId, code })).toMatchObject({
      outcome: 'closed',
      why: 'revoked',
    })
    expect((await bank.subject()).throttle.failures).toEqual([])
  })

  test('is a wrong one where another code works by then', async () => {
    const bank = await aBankWithCodes()
    const old = await anActiveCode(bank)
    await bank.countersign.codes.revoke({ subject })
    await bank.countersign.codes.issue({ subject })
    bank.clock.advance(day)
    const next = await pickedUp(bank)
    await bank.countersign.codes.activate(alice)
    await bank.carryOut()

    expect(await typed(bank, old)).toBe('wrong')
    expect(await typed(bank, next, another)).toBe('passed')
  })
})

describe('a code of digits', () => {
  test.each([8, 12])('has so many of them and nothing else, and works: %i', async (length) => {
    const bank = await aBankWithCodes({ securityCode: { alphabet: 'digits', length, hashing: cheapHashing } })
    const code = await anActiveCode(bank)

    expect(code).toMatch(/^\d+-?\d+$/)
    expect(code.replace('-', '')).toHaveLength(length)
    expect(await typed(bank, code)).toBe('passed')
  })

  test.each(['digits', 'letters-and-digits'] as const)(
    'is not shorter than eight, whatever it is made of: %s',
    async (alphabet) => {
      const short = aBankWithCodes({ securityCode: { alphabet, length: 7 } })

      await expect(short).rejects.toMatchObject({
        code: 'ERR_COUNTERSIGN_LIMIT',
        message: expect.stringContaining('from 8 to 20'),
      })
    },
  )
})

test('of two addresses that registration asks for, one proved is one too few', async () => {
  const contactsOf = () => [
    { kind: 'email', address: 'alice@mail.example', proved: true } as const,
    { kind: 'email', address: 'alice@work.example', proved: false } as const,
  ]
  const bank = await aBankWithCodes({ registration: { contacts: 2 }, contactsOf })

  expect(await bank.countersign.codes.issue({ subject })).toEqual({
    outcome: 'proofs-missing',
    missing: [{ what: 'contact', more: 1 }],
  })
  expect(await stateOf(bank)).toBe('none')
})

describe('a new address', () => {
  /** One that came while another one was there. */
  async function added() {
    const bank = await aBankWithCodes()
    await anActiveCode(bank)
    await bank.countersign.contacts.claim({ subject, kind: 'email', address: 'alice@work.example' })
    const { outcome } = await bank.countersign.contacts.prove({ ...alice, code: await bank.code() })
    const recoveryOf = async () => {
      const listed = await bank.countersign.contacts.list({ subject })
      return listed.outcome === 'found' ? listed.contacts.map(({ recoveryFrom }) => recoveryFrom) : []
    }
    return { bank, outcome, recoveryOf }
  }

  test('serves recovery a day after it came, and says so until then; the one before it serves at once', async () => {
    const { bank, outcome, recoveryOf } = await added()
    const from = new Date(bank.clock.now().getTime() + day * 1000)
    const first = await recoveryOf()
    bank.clock.advance(day - 1)
    const last = await recoveryOf()
    bank.clock.advance(1)

    expect(outcome).toBe('proved')
    expect(first).toEqual([undefined, from])
    expect(last).toEqual([undefined, from])
    expect(await recoveryOf()).toEqual([undefined, undefined])
  })

  test('is proved by its link once somebody acts, and not by who only looks at it', async () => {
    const bank = await aBankWithCodes({ contactsOf: () => [] })
    await bank.countersign.contacts.claim({ subject, kind: 'email', address: 'alice@work.example' })
    const token = tokenIn(payloadsOf(bank.keys, await bank.subject()).at(-1)?.proofUrl)
    const looks = [await bank.door.proofs.read(token), await bank.door.proofs.read(token)]
    const between = (await bank.subject()).contacts

    expect(looks.map(outcomeOf)).toEqual(['waiting', 'waiting'])
    expect(between).toEqual([])
    expect(await bank.door.proofs.accept(token)).toMatchObject({ outcome: 'proved' })
  })
})
