import { createHash, createHmac } from 'node:crypto'
import { hashRaw } from '@node-rs/argon2'
import { keyRing, newKey, type Subject } from '../src/index.js'
import { keyedDigest } from '../src/secret/key-ring.js'
import { readSecurityCode } from '../src/secret/security-code.js'
import { slowHashing } from '../src/secret/slow-digest.js'
import { aLookAtNotes, closed, opened } from './a-bank.js'
import { aBankWithCodes, anActiveCode, cheapHashing } from './a-code.js'

afterEach(closed)

const address = 'alice@mail.example'
const format = { alphabet: 'letters-and-digits', length: 10 } as const

/** A person with a security code, an open question with a one-time code, and a proved address: the document, and what is right. */
async function aStolenCopy() {
  const bank = await aBankWithCodes()
  const own = await anActiveCode(bank)
  bank.clock.advance(60)
  opened(await bank.countersign.challenges.open(aLookAtNotes))
  const oneTime = await bank.code()
  await bank.carryOut()
  return { own, oneTime, document: await bank.subject() }
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
  const thiefs = keyRing(newKey())
  return forms.flatMap((form) => {
    const digests = [
      createHash('sha256').update(form),
      createHash('sha512').update(form),
      createHmac('sha256', '').update(form),
      createHmac('sha256', subject).update(form),
    ].map((hash) => hash.digest())
    const keyed = ['contact', 'answer', 'binding'].map((purpose) => keyedDigest(thiefs, purpose as never, [form]))
    return [
      ...digests.flatMap((bytes) => [bytes.toString('base64url'), bytes.toString('base64'), bytes.toString('hex')]),
      ...keyed.flatMap((text) => text.split('.')),
    ]
  })
}

function isConfirmed(document: Subject, guess: string): boolean {
  const texts = new Set(textsIn(document))
  return computedOf(guess, document.id).some((text) => texts.has(text))
}

describe('who has a copy of the database and no key', () => {
  test('has no text of a code or of an address in it', async () => {
    const { own, oneTime, document } = await aStolenCopy()
    const text = JSON.stringify(document).toLowerCase()

    for (const secret of [own, own.replace('-', ''), oneTime, address, 'alice@'])
      expect(text).not.toContain(secret.toLowerCase())
  })

  test.each(['own', 'oneTime'] as const)('cannot confirm the right code, even with it in hand: %s', async (which) => {
    const copy = await aStolenCopy()

    expect(isConfirmed(copy.document, copy[which])).toBe(false)
  })

  test('cannot confirm the right address, even with it in hand', async () => {
    const { document } = await aStolenCopy()

    expect(isConfirmed(document, address)).toBe(false)
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

  test('checks nothing with a key ring of his own', async () => {
    const { own, document } = await aStolenCopy()
    const held = document.code?.held
    const read = readSecurityCode(own, format)
    if (!held?.digest || !read) throw new Error('There is no code to check.')
    const place = { subject: document.id, id: held.id }

    await expect(slowHashing(keyRing(newKey()), cheapHashing).matches(held.digest, place, read)).resolves.toBe(false)
  })
})

test('the search of these tests finds what is there to be found', async () => {
  const { document } = await aStolenCopy()
  const careless = { ...document, note: createHash('sha256').update(address).digest('hex') }

  expect(isConfirmed(careless as Subject, address)).toBe(true)
})
