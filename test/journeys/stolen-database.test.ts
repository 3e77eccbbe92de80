import { createHash, createHmac, randomUUID } from 'node:crypto'
import { createCountersign, type Message } from '@countersign/core'
import { mongooseStore } from '@countersign/mongoose'
import { aConnection, describeOnMongo, dropped } from '../support/mongodb.js'
import { until } from '../support/until.js'

const patience = 60_000
const subject = 'alice'
const address = 'alice@mail.example'
const waiting = 'alice@work.example'
const documentNumber = 'C01X00T47'

/** Keys that differ in their 256 bits and in nothing else: the owner's, and what a thief makes who has all configuration but the keys. */
const owners = `csk1.same1.${'A'.repeat(43)}`
const thiefs = `csk1.same1.${'E'.repeat(43)}`

/**
 * All texts of a database by collection, after a person was sent a security code, was asked for a one-time code, named an
 * address and was checked; and the codes that were sent.
 */
async function aDump(keys: string) {
  const connection = await aConnection()
  const messages: Message[] = []
  const countersign = createCountersign({
    store: mongooseStore(connection),
    keys,
    publicUrl: 'https://bank.example',
    channels: [
      {
        kind: 'email',
        async send(message) {
          messages.push(message)
          return { outcome: 'accepted' }
        },
      },
    ],
    contactsOf: () => [{ kind: 'email', address, proved: true }],
    securityCode: { delivery: 'direct', hashing: { memoryKiB: 19_456, passes: 2 } },
    actions: { 'notes.open': { requires: { level: 'code', mode: 'window', factors: ['security-code'] } } },
    log: { info() {}, warn() {}, error() {} },
  })
  await countersign.start()
  const codeOf = async (kind: Message['kind']) => {
    const message = await until(`the message "${kind}"`, async () => messages.find((one) => one.kind === kind))
    return 'code' in message ? message.code.reveal() : ''
  }
  const whom = { subject, session: randomUUID() }
  await countersign.codes.issue({ subject })
  const own = await codeOf('security-code')
  await countersign.codes.activate({ ...whom, code: own })
  await countersign.challenges.open({ ...whom, action: 'notes.open' })
  await countersign.contacts.claim({ subject, kind: 'email', address: waiting })
  const proof = await codeOf('contact-proof')
  const check = { method: 'passport', level: 'high', checkedAt: new Date(0), evidence: documentNumber } as const
  await countersign.identities.record({ subject, ...check, by: 'clerk 7' })
  await countersign.stop()
  const texts = new Map<string, ReadonlySet<string>>()
  for (const { collectionName } of (await connection.db?.collections()) ?? []) {
    const documents = await connection.collection(collectionName).find().toArray()
    texts.set(collectionName, new Set(documents.flatMap(textsIn)))
  }
  await dropped(connection)
  return { texts, all: [...texts.values()].flatMap((some) => [...some]), codes: [own, own.replace('-', ''), proof] }
}

/** Every text in a document, and every part of one that is joined by dots or colons. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value, ...value.split(/[.:]/)]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(textsIn)
}

/** Digests of a guess that need no key. */
function digestsOf(guess: string): readonly string[] {
  const digests = [createHash('sha256'), createHmac('sha256', ''), createHmac('sha256', subject)]
  return digests.flatMap((hash) => {
    const bytes = hash.update(guess).digest()
    return [bytes.toString('base64url'), bytes.toString('base64'), bytes.toString('hex')]
  })
}

describeOnMongo('who has a copy of the whole database and no key', () => {
  let mine: Awaited<ReturnType<typeof aDump>>
  let his: Awaited<ReturnType<typeof aDump>>
  beforeAll(async () => {
    mine = await aDump(owners)
    his = await aDump(thiefs)
  }, patience)

  test('reads documents, events and counters', () => {
    expect([...mine.texts].flatMap(([name, some]) => (some.size > 0 ? name : [])).sort()).toEqual(
      expect.arrayContaining(['countersign_audit', 'countersign_limits', 'countersign_subjects']),
    )
  })

  test('finds no code, no address and no number of a document in it, nor a digest of one that needs no key', () => {
    const dump = mine.all.join('\n').toLowerCase()
    for (const secret of [...mine.codes, address, waiting, 'alice@', documentNumber])
      expect(dump).not.toContain(secret.toLowerCase())

    const digests = [...mine.codes, address, waiting, documentNumber].flatMap(digestsOf)
    expect(mine.all.filter((text) => digests.includes(text))).toEqual([])
  })

  test('computes nothing that stands in it with a key of the same name', () => {
    const texts = new Set(mine.all)

    expect(his.all.filter((text) => /^[\w-]{22,}$/.test(text) && texts.has(text))).toEqual([])
  })
})
