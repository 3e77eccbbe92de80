import assert from 'node:assert/strict'
import type { AuditEvent, SubjectId } from '@countersign/core'
import { aDigest, aSubjectId } from '../a-subject.js'
import type { Clause } from '../store-contract.js'
import { inTurn, many } from './many.js'

/** The audit log: idempotent by id, in order. */
export function auditContract(clause: Clause): void {
  clause('events come back as they were appended', async ({ store }) => {
    const id = aSubjectId()
    const events = [anEvent(id, 1), aLock(id, 2), aTally(id)]
    await store.audit.append(events)

    assert.deepEqual(await store.audit.read(id, 10), events)
  })

  clause('a subject’s events are read in the order of their numbers', async ({ store }) => {
    const id = aSubjectId()
    const events = Array.from({ length: 12 }, (_, index) => anEvent(id, index + 1))
    await store.audit.append(events.slice(0, 3))
    await store.audit.append(events.slice(3))

    assert.deepEqual(ids(await store.audit.read(id, 100)), ids(events))
  })

  clause('a limit leaves the newest, oldest of them first', async ({ store }) => {
    const id = aSubjectId()
    const events = Array.from({ length: 5 }, (_, index) => anEvent(id, index + 1))
    await store.audit.append(events)

    assert.deepEqual(ids(await store.audit.read(id, 2)), ids(events.slice(3)))
  })

  clause('one subject’s events are not another’s', async ({ store }) => {
    const [id, stranger] = [aSubjectId(), aSubjectId()]
    await store.audit.append([anEvent(id, 1), anEvent(stranger, 1)])

    assert.equal((await store.audit.read(id, 10)).length, 1)
  })

  clause('appending again changes nothing', async ({ store }) => {
    const id = aSubjectId()
    const event = anEvent(id, 1)
    await store.audit.append([event])
    await store.audit.append([{ ...event, actor: 'application' } as AuditEvent])

    assert.deepEqual(await store.audit.read(id, 10), [event])
  })

  clause('duplicates in a batch and across batches are left out, and the others are kept', async ({ store }) => {
    const id = aSubjectId()
    const [one, two, three] = [anEvent(id, 1), anEvent(id, 2), anEvent(id, 3)]
    await store.audit.append([one, one])
    await store.audit.append([one, two, two, three, one])

    assert.deepEqual(await store.audit.read(id, 10), [one, two, three])
  })

  clause('the same events appended by many at once are there once', async ({ store, other }) => {
    const id = aSubjectId()
    const events = [anEvent(id, 1), anEvent(id, 2), anEvent(id, 3)]
    await many(20, (turn) => inTurn(turn, store, other).audit.append(events))

    assert.deepEqual(await store.audit.read(id, 100), events)
  })

  clause('events of certain types are read without the others', async ({ store }) => {
    const id = aSubjectId()
    await store.audit.append([anEvent(id, 1), aLock(id, 2), anEvent(id, 3), aTally(id)])

    assert.deepEqual(await store.audit.read(id, 1, ['throttle.locked']), [aLock(id, 2)])
  })

  clause('appending nothing is no fault', async ({ store }) => {
    await store.audit.append([])
  })
}

function anEvent(subject: SubjectId, number: number): AuditEvent {
  return {
    id: `${subject}#${number}`,
    at: new Date(Date.parse('2026-03-02T12:00:00.123Z') + number * 1000),
    subject,
    actor: 'subject',
    session: aDigest(),
    type: 'challenge.wrong-answer',
    challenge: 'a challenge',
    action: 'transfer.create',
    attemptsLeft: 3,
  }
}

function aLock(subject: SubjectId, number: number): AuditEvent {
  const at = new Date(Date.parse('2026-03-02T12:00:00.123Z') + number * 1000)
  const until = new Date(at.getTime() + 900_000)
  return { id: `${subject}#${number}`, at, subject, actor: 'system', type: 'throttle.locked', until, repeats: 1 }
}

function aTally(subject: SubjectId): AuditEvent {
  return {
    id: `chain ${aSubjectId()}#7`,
    at: new Date('2026-03-02T13:00:00.000Z'),
    type: 'window.used',
    subject,
    action: 'notes.read',
    reason: 'holds',
    count: 12,
  }
}

function ids(events: readonly AuditEvent[]): readonly string[] {
  return events.map(({ id }) => id)
}
