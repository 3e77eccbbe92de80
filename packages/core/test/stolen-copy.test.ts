import { createHash, createHmac } from 'node:crypto'
import { memoryStore } from '@countersign/memory'
import { stillClock } from '@countersign/testing'
import { hashRaw } from '@node-rs/argon2'
import { openAddress } from '../src/delivery/new-contact.js'
import { keyRing, newKey, type Store, type Subject } from '../src/index.js'
import { digest } from '../src/secret/digest.js'
import { keyedDigest } from '../src/secret/key-ring.js'
import { readSecurityCode } from '../src/secret/security-code.js'
import { slowHashing } from '../src/secret/slow-digest.js'
import { aLookAtNotes, alice, closed, opened, payloadsOf } from './a-bank.js'
import { aBankWithCodes, anActiveCode, cheapHashing } from './a-code.js'

afterEach(closed)

const address = 'alice@mail.example'
const waiting = 'alice@work.example'
const format = { alphabet: 'letters-and-digits', length: 10 } as const

const documentNumber = 'C01X00T47'

/** Key rings that differ in their 256 bits and in nothing else: the owner's, and what a thief makes who has all configuration but the keys. */
const owners = keyRing(`csk1.same1.${'A'.repeat(43)}`)
const thiefs = keyRing(`csk1.same1.${'E'.repeat(43)}`)

/** All that a store is given to keep beside the documents. */
function keeping(store: Store) {
  const kept: { audit: unknown[]; limits: string[] } = { audit: [], limits: [] }
  const { audit, limits } = store
  const keeps: Store = {
    ...store,
    audit: {
      read: (...asked) => audit.read(...asked),
      append(events) {
        kept.audit.push(...events)
        return audit.append(events)
      },
    },
    limits: {
      take(key, all) {
        kept.limits.push(key)
        return limits.take(key, all)
      },
    },
  }
  return { store: keeps, kept }
}

/**
 * A person with a security code, an open question with a one-time code, a proved address, one that waits for its proof,
 * and a checked identity: the copy, from before and after the relays had their turn, and what is right.
 */
async function aStolenCopy(keys = keyRing(newKey())) {
  const clock = stillClock()
  const { store, kept } = keeping(memoryStore({ clock }))
  const bank = await aBankWithCodes({ clock, store, keys })
  const own = await anActiveCode(bank)
  clock.advance(60)
  opened(await bank.countersign.challenges.open(aLookAtNotes))
  const oneTime = await bank.code()
  await bank.countersign.contacts.claim({ subject: alice.subject, kind: 'email', address: waiting })
  const proof = await bank.code()
  await bank.countersign.identities.record({
    subject: alice.subject,
    method: 'passport',
    level: 'high',
    checkedAt: clock.now(),
    evidence: documentNumber,
    by: 'clerk 7',
  })
  const document = await bank.subject()
  const relaying = await aBankWithCodes({ clock, store, keys, relay: true })
  while ((await relaying.subject()).outbox.length > 0) await new Promise(setImmediate)
  const copy = { ...document, later: await bank.subject(), ...kept }
  return { own, oneTime, proof, document: copy }
}

/** Every text in a document, and every part of one that is joined by dots. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value, ...value.split('.')]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(textsIn)
}

/** What a thief can compute of a guess without a key: digests of it, plain, under no key, and under a key that he makes himself. */
function computedOf(guess: string, subject: string): readonly string[] {
  const forms = [guess, guess.toLowerCase(), guess.replaceAll('-', ''), guess.replaceAll('-', '').toLowerCase()]
  const other = keyRing(newKey())
  return forms.flatMap((form) => {
    const digests = [
      createHash('sha256').update(form),
      createHash('sha512').update(form),
      createHmac('sha256', '').update(form),
      createHmac('sha256', subject).update(form),
    ].map((hash) => hash.digest())
    const keyed = (['contact', 'answer', 'binding', 'evidence'] as const).map((purpose) =>
      keyedDigest(other, purpose, [form]),
    )
    return [
      ...digests.flatMap((bytes) => [bytes.toString('base64url'), bytes.toString('base64'), bytes.toString('hex')]),
      ...keyed.flatMap((text) => text.split('.')),
    ]
  })
}

function isLong(text: string): boolean {
  return /^[\w-]{22,}$/.test(text)
}

function isConfirmed(document: Subject, guess: string): boolean {
  const texts = new Set(textsIn(document))
  return computedOf(guess, document.id).some((text) => texts.has(text))
}

describe('who has a copy of the database and no key', () => {
  test('has no text of a code, of an address or of a document’s number in it', async () => {
    const { own, oneTime, proof, document } = await aStolenCopy()
    const text = JSON.stringify(document).toLowerCase()

    for (const secret of [own, own.replace('-', ''), oneTime, proof, address, waiting, 'alice@', documentNumber])
      expect(text).not.toContain(secret.toLowerCase())
  })

  test.each(['own', 'oneTime', 'proof'] as const)(
    'cannot confirm the right code, even with it in hand: %s',
    async (which) => {
      const copy = await aStolenCopy()

      expect(isConfirmed(copy.document, copy[which])).toBe(false)
    },
  )

  test.each([address, waiting, documentNumber])('cannot confirm the right %s, even with it in hand', async (right) => {
    const { document } = await aStolenCopy()

    expect(isConfirmed(document, right)).toBe(false)
  })

  test('computes nothing that stands in it with a key of the same name: whatever is long enough for a digest or a seal is another one', async () => {
    const { document: mine } = await aStolenCopy(owners)
    const { document: his } = await aStolenCopy(thiefs)
    const texts = new Set(textsIn(mine))
    // That of a session is not keyed: it is a digest of what nobody guesses.
    const session = digest(['session', mine.id, alice.session])
    const same = textsIn(his).filter((text) => isLong(text) && texts.has(text) && !session.startsWith(text))

    expect(same).toEqual([])
    expect(mine.audit.length).toBeGreaterThan(4)
    expect(mine.limits).toHaveLength(1)
    for (const kept of [
      mine.contacts[0]?.digest,
      mine.contactChange?.proof.answer,
      mine.identity?.evidence,
      mine.challenges.at(-1)?.code?.answer,
    ])
      expect(kept?.split('.')).toEqual(['same1', expect.stringMatching(/^[\w-]{43}$/)])
  })

  test('opens no seal with a key of the same name', async () => {
    const { document } = await aStolenCopy(owners)
    const [contact] = document.contacts
    if (!contact) throw new Error('There is no address to open.')
    const sealed = { contact: contact.id, address: contact.address }

    expect(openAddress(owners, document.id, sealed)?.reveal()).toBe(address)
    expect(openAddress(thiefs, document.id, sealed)).toBeUndefined()
    expect(payloadsOf(owners, document).length).toBeGreaterThan(0)
    expect(payloadsOf(thiefs, document)).toEqual([])
  })

  test('computes the slow digest with its stored salt and cost, and it is another one', async () => {
    const { own, document } = await aStolenCopy()
    const [, memory = '', passes = '', salt = '', hash = ''] = document.code?.held?.digest?.split('.') ?? []
    const cost = { memoryCost: Number(memory), timeCost: Number(passes), parallelism: 1 }
    const computed = await Promise.all(
      [own, own.replace('-', '')].map((form) => hashRaw(form, { ...cost, salt: Buffer.from(salt, 'base64url') })),
    )

    expect(hash).not.toBe('')
    expect(computed.map((bytes) => bytes.toString('base64url'))).not.toContain(hash)
  })

  test.each([thiefs, keyRing(newKey())])('checks no code with a key ring of his own', async (ring) => {
    const { own, document } = await aStolenCopy(owners)
    const held = document.code?.held
    const read = readSecurityCode(own, format)
    if (!held?.digest || !read) throw new Error('There is no code to check.')
    const place = { subject: document.id, id: held.id }

    await expect(slowHashing(owners, cheapHashing).matches(held.digest, place, read)).resolves.toBe(true)
    await expect(slowHashing(ring, cheapHashing).matches(held.digest, place, read)).resolves.toBe(false)
  })
})

test('the search of these tests finds what is there to be found', async () => {
  const { document } = await aStolenCopy()
  const careless = { ...document, note: createHash('sha256').update(address).digest('hex') }

  expect(isConfirmed(careless as Subject, address)).toBe(true)
})
