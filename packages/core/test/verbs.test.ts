import type { Countersign, SubjectRef } from '../src/index.js'
import { aBank, aLookAtNotes, aTransfer, closed } from './a-bank.js'

afterEach(closed)

type Verb = (countersign: Countersign, subject: SubjectRef) => Promise<unknown>

const session = 'a session of nobody, unguessable'
const address = { kind: 'email', address: 'alice@mail.example' } as const
const by = 'administrator'
const check = { method: 'passport', level: 'substantial', checkedAt: new Date(0), evidence: 'X123', by } as const
const stepUp = {} as Parameters<Countersign['codes']['show']>[0]['stepUp']

/** Every verb that is asked about a person. */
const verbs: readonly (readonly [name: string, verb: Verb])[] = [
  ['authorize', ({ authorize }, subject) => authorize({ ...aTransfer, subject } as never)],
  ['preview', ({ preview }, subject) => preview({ ...aLookAtNotes, subject } as never)],
  ['challenges.open', ({ challenges }, subject) => challenges.open({ ...aLookAtNotes, subject } as never)],
  ['challenges.read', ({ challenges }, subject) => challenges.read({ subject, session, challengeId: 'c' })],
  [
    'challenges.answer',
    ({ challenges }, subject) => challenges.answer({ subject, session, challengeId: 'c', code: '12345678' }),
  ],
  ['challenges.resend', ({ challenges }, subject) => challenges.resend({ subject, session, challengeId: 'c' })],
  ['challenges.cancel', ({ challenges }, subject) => challenges.cancel({ subject, session, challengeId: 'c' })],
  ['elevations.revoke', ({ elevations }, subject) => elevations.revoke({ subject })],
  ['contacts.list', ({ contacts }, subject) => contacts.list({ subject })],
  ['contacts.claim', ({ contacts }, subject) => contacts.claim({ subject, ...address })],
  ['contacts.sendProof', ({ contacts }, subject) => contacts.sendProof({ subject, contact: 'c' })],
  ['contacts.resendProof', ({ contacts }, subject) => contacts.resendProof({ subject })],
  ['contacts.withdraw', ({ contacts }, subject) => contacts.withdraw({ subject })],
  ['contacts.prove', ({ contacts }, subject) => contacts.prove({ subject, session, code: '12345678' })],
  ['contacts.correct', ({ contacts }, subject) => contacts.correct({ subject, address: address.address })],
  ['contacts.change', ({ contacts }, subject) => contacts.change({ subject, ...address })],
  ['contacts.remove', ({ contacts }, subject) => contacts.remove({ subject, contact: 'c' })],
  ['contacts.replace', ({ contacts }, subject) => contacts.replace({ subject, ...address, proved: true, by })],
  ['codes.status', ({ codes }, subject) => codes.status({ subject })],
  ['codes.issue', ({ codes }, subject) => codes.issue({ subject })],
  ['codes.show', ({ codes }, subject) => codes.show({ subject, session, stepUp })],
  ['codes.activate', ({ codes }, subject) => codes.activate({ subject, session })],
  ['codes.rotate', ({ codes }, subject) => codes.rotate({ subject })],
  ['codes.revoke', ({ codes }, subject) => codes.revoke({ subject })],
  ['identities.record', ({ identities }, subject) => identities.record({ subject, ...check })],
  ['identities.read', ({ identities }, subject) => identities.read({ subject })],
  ['subjects.unlock', ({ subjects }, subject) => subjects.unlock({ subject, by })],
  ['subjects.activity', ({ subjects }, subject) => subjects.activity({ subject })],
  ['subjects.export', ({ subjects }, subject) => subjects.export({ subject })],
  ['subjects.erase', ({ subjects }, subject) => subjects.erase({ subject, by })],
]

/** What came of a call: `thrown` is what no `catch` of a promise would see. */
async function cameOf(call: () => Promise<unknown>): Promise<Readonly<{ how: string; code?: unknown }>> {
  let started: Promise<unknown>
  try {
    started = call()
  } catch {
    return { how: 'thrown' }
  }
  return started.then(
    () => ({ how: 'answered' }),
    (error: unknown) => ({ how: 'rejected', code: Reflect.get(Object(error), 'code') }),
  )
}

test.each(verbs)('%s with a subject that is none rejects, and never throws', async (_name, verb) => {
  const { countersign } = await aBank({ securityCode: {} })

  for (const subject of ['', 'a'.repeat(257), 'alice\ud800', Number.NaN, { tenant: '', id: 'alice' }, undefined]) {
    const came = await cameOf(() => verb(countersign as Countersign, subject as SubjectRef))
    expect(came).toEqual({ how: 'rejected', code: 'ERR_COUNTERSIGN_SUBJECT' })
  }
})

test.each(verbs)('%s after the stop never throws', async (_name, verb) => {
  const { countersign } = await aBank({ securityCode: {} })
  await countersign.stop()

  expect((await cameOf(() => verb(countersign as Countersign, 'alice'))).how).not.toBe('thrown')
})

test('the table names every verb that is asked about a person', async () => {
  const { countersign } = await aBank({ securityCode: {} })

  const rooms = ['challenges', 'elevations', 'contacts', 'codes', 'identities', 'subjects'] as const
  const all = rooms.flatMap((room) => Object.keys(countersign[room]).map((verb) => `${room}.${verb}`))

  expect(verbs.map(([name]) => name).sort()).toEqual(['authorize', 'preview', ...all].sort())
})
