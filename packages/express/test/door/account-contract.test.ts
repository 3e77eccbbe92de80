import { account, aliceAtTheBank, hasACode, problem, steppedUp } from './at-the-account.js'
import type { Bank, BankParts } from './bank.js'
import type { Visitor } from './visitor.js'

const unproved: BankParts = { contactsOf: () => [{ kind: 'email', address: 'alice@example.test', proved: false }] }

/** The path of the "this was not me" link in the newest message of a kind. */
async function notMePath({ inbox, countersign }: Bank, kind: string): Promise<string> {
  await countersign.stop()
  const url = new URL(
    inbox
      .messages()
      .findLast((one) => one.kind === kind)
      ?.notMeUrl.reveal() ?? '',
  )
  return url.pathname + url.search
}

/** What the link in the newest message to a new address carries. */
async function proofToken({ inbox }: Bank): Promise<string> {
  await inbox.lastCode()
  const message = inbox.messages().findLast(({ kind }) => kind === 'contact-proof')
  const url = message && 'proofUrl' in message ? message.proofUrl.reveal() : ''
  return new URL(url).searchParams.get('token') ?? ''
}

describe('a waiting address', () => {
  test('is answered as the account shows it', async () => {
    const { bank, alice } = await aliceAtTheBank()
    const [{ id }] = (await alice.json.get(account)).body.contacts

    const asked = await steppedUp(bank, alice, `${account}/contacts/change`, {
      contact: id,
      address: 'second@example.test',
    })

    const { pending } = (await alice.json.get(account)).body
    expect([asked.status, asked.body]).toEqual([202, { pending }])
    expect(pending).toMatchObject({ kind: 'email', masked: 's***@e***.test', replaces: id })
  })

  test('is refused beside one that nobody has proved', async () => {
    const { alice } = await aliceAtTheBank(unproved)

    const refused = await alice.json.post(`${account}/contacts`, { address: 'second@example.test' })

    expect([refused.status, refused.body.type]).toEqual([409, problem('prove-first')])
  })
})

test('codes that are sent one after the other are too many messages, with the time of the next', async () => {
  const { alice } = await aliceAtTheBank({
    securityCode: { delivery: 'direct', hashing: { memoryKiB: 19_456, passes: 2 } },
  })
  await alice.json.post(`${account}/code/issue`, {})

  const again = await alice.json.post(`${account}/code/issue`, {})

  expect([again.status, again.body.type, again.body.retryAt]).toEqual([
    429,
    problem('too-many-messages'),
    expect.any(String),
  ])
})

describe('the link of a message', () => {
  const newAddress = (bank: Bank, alice: Visitor) =>
    steppedUp(bank, alice, `${account}/contacts`, { address: 'second@example.test' })

  test('to a new address says what waits, and that it is proved', async () => {
    const { bank, alice } = await aliceAtTheBank()
    await newAddress(bank, alice)
    const token = await proofToken(bank)

    const looked = await alice.json.get(`/countersign/proofs?token=${token}`)
    const proved = await alice.json.post('/countersign/proofs', { token })

    expect(looked.body).toEqual({ outcome: 'waiting', masked: 's***@e***.test' })
    expect(proved.body).toEqual({ outcome: 'proved', masked: 's***@e***.test' })
    expect((await alice.json.get(`/countersign/proofs?token=${token}`)).body).toEqual(proved.body)
  })

  test('about an address says which, to a program and on its page', async () => {
    const { bank, alice } = await aliceAtTheBank()
    const [{ id }] = (await alice.json.get(account)).body.contacts
    await steppedUp(bank, alice, `${account}/contacts/change`, { contact: id, address: 'second@example.test' })
    await alice.json.post(`${account}/contacts/prove`, { code: await bank.inbox.lastCode() })
    const path = await notMePath(bank, 'contact-changed')

    expect((await alice.json.get(path)).body.event).toEqual({
      type: 'contact.changed',
      was: 'a***@e***.test',
      destination: 's***@e***.test',
    })
    expect((await alice.page.get(path)).text).toContain('a***@e***.test changed to s***@e***.test, ')
  })

  test('about the security code says what became of it', async () => {
    const { bank, alice } = await aliceAtTheBank()
    await hasACode(bank, alice)
    await alice.json.post(`${account}/code/revoke`, {})
    const path = await notMePath(bank, 'code-revoked')

    expect((await alice.json.get(path)).body.event).toEqual({ type: 'code.revoked' })
    expect((await alice.page.get(path)).text).toContain('Security code revoked, ')
  })
})
