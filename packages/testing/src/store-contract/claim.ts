import assert from 'node:assert/strict'
import { newSubject, type Store, type Subject, subjectFormat } from '@countersign/core'
import { aSubject, aSubjectId } from '../a-subject.js'
import type { Clause, StoreUnderTest } from '../store-contract.js'
import { inTurn, many, until, volley } from './many.js'

const leaseSeconds = 30

/** Claiming what is due, for the relay. */
export function claimContract(clause: Clause): void {
  clause('nothing is claimed when nothing is due', async ({ store }) => {
    await store.subjects.commit(newSubject(aSubjectId()), 0)
    const later = await committed(store, { dueAt: secondsFromNow(store, 600) })

    assert.equal(await store.subjects.claim(leaseSeconds), undefined)
    assert.equal(await store.subjects.claim(leaseSeconds, later.id), undefined)
    assert.equal(await store.subjects.claim(leaseSeconds, aSubjectId()), undefined)
  })

  clause('a claimed subject comes whole, with its revision, the time and a lease', async ({ store }) => {
    const subject = await committed(store, { dueAt: secondsFromNow(store, -5) })
    const claimed = await store.subjects.claim(leaseSeconds)

    assert.deepEqual(claimed?.subject, subject)
    assert.equal(claimed?.revision, 1)
    assert.ok(claimed && claimed.now >= (subject.dueAt ?? claimed.now))
    assert.ok(claimed && claimed.lease.length >= 8)
  })

  clause('the most overdue comes first', async ({ store }) => {
    const second = await committed(store, { dueAt: secondsFromNow(store, -20) })
    const third = await committed(store, { dueAt: secondsFromNow(store, -10) })
    const first = await committed(store, { dueAt: secondsFromNow(store, -30) })

    const order = [await claimedId(store), await claimedId(store), await claimedId(store), await claimedId(store)]
    assert.deepEqual(order, [first.id, second.id, third.id, undefined])
  })

  clause('a subject is claimed by its id', async ({ store }) => {
    await committed(store, { dueAt: secondsFromNow(store, -30) })
    const wanted = await committed(store, { dueAt: secondsFromNow(store, -1) })

    const claimed = await store.subjects.claim(leaseSeconds, wanted.id)
    assert.equal(claimed?.subject.id, wanted.id)
  })

  clause('a subject that is no longer due is not claimed', async ({ store }) => {
    const { dueAt: _, ...done } = await committed(store, { dueAt: secondsFromNow(store, -5) })
    await store.subjects.commit(done, 1)

    assert.equal(await store.subjects.claim(leaseSeconds), undefined)
    assert.equal(await store.subjects.claim(leaseSeconds, done.id), undefined)
  })

  clause('a lease hides a subject from the others', async ({ store, other = store }) => {
    const { id } = await committed(store, { dueAt: secondsFromNow(store, -5) })
    await store.subjects.claim(leaseSeconds)

    assert.equal(await other.subjects.claim(leaseSeconds), undefined)
    assert.equal(await other.subjects.claim(leaseSeconds, id), undefined)
  })

  clause('a lease is released by who holds it and by nobody else', async ({ store }) => {
    const { id } = await committed(store, { dueAt: secondsFromNow(store, -5) })
    const claimed = await store.subjects.claim(leaseSeconds)
    assert.ok(claimed)

    await store.subjects.release(id, 'a lease of somebody else')
    assert.equal(await store.subjects.claim(leaseSeconds, id), undefined)
    await store.subjects.release(id, claimed.lease)
    assert.ok(await store.subjects.claim(leaseSeconds, id))
  })

  clause('an old lease does not release a new one', async ({ store }) => {
    const { id } = await committed(store, { dueAt: secondsFromNow(store, -5) })
    const old = await store.subjects.claim(leaseSeconds, id)
    assert.ok(old)
    await store.subjects.release(id, old.lease)
    await store.subjects.claim(leaseSeconds, id)

    await store.subjects.release(id, old.lease)
    assert.equal(await store.subjects.claim(leaseSeconds, id), undefined)
  })

  clause('a lease ends by itself', async (made) => {
    const { id } = await committed(made.store, { dueAt: secondsFromNow(made.store, -5) })
    const first = await made.store.subjects.claim(1, id)
    const next = await claimAfterASecond(made, id)

    assert.notEqual(next.lease, first?.lease)
  })

  clause('a commit does not touch a lease, and a lease raises no revision', async ({ store }) => {
    const subject = await committed(store, { dueAt: secondsFromNow(store, -5) })
    const claimed = await store.subjects.claim(leaseSeconds, subject.id)
    assert.ok(claimed)

    assert.equal((await store.subjects.load(subject.id)).revision, 1)
    assert.equal(await store.subjects.commit({ ...subject, events: 42 }, 1), true)
    assert.equal(await store.subjects.claim(leaseSeconds, subject.id), undefined)
    await store.subjects.release(subject.id, claimed.lease)
    assert.equal((await store.subjects.load(subject.id)).revision, 2)
  })

  clause('of 50 claims of a subject at once one holds it', async ({ store, other }) => {
    const { id } = await committed(store, { dueAt: secondsFromNow(store, -5) })
    const claims = await volley(50, (turn) => inTurn(turn, store, other).subjects.claim(leaseSeconds, id))

    const held = claims.answers.filter(Boolean).length
    assert.ok(held === 1 || (held === 0 && claims.refused > 0), `${held} hold it`)
  })

  clause('relays that poll at once never hold the same subject', async ({ store, other }) => {
    const due = await many(10, () => committed(store, { dueAt: secondsFromNow(store, -5) }))
    const claims = await volley(20, (turn) => inTurn(turn, store, other).subjects.claim(leaseSeconds))

    const ids = claims.answers.flatMap((claimed) => (claimed ? [claimed.subject.id] : []))
    assert.equal(new Set(ids).size, ids.length)
    assert.ok(ids.length >= 1 && ids.length <= due.length)
  })

  clause('a subject of a higher format hides nothing that is due after it', async ({ store }) => {
    await committed(store, { format: subjectFormat + 1, dueAt: secondsFromNow(store, -60) })
    const known = await committed(store, { dueAt: secondsFromNow(store, -5) })

    assert.equal(await claimedId(store), known.id)
    assert.equal(await claimedId(store), undefined)
  })
}

async function committed(store: Store, overrides: Partial<Subject>): Promise<Subject> {
  const subject = aSubject(overrides)
  assert.equal(await store.subjects.commit(subject, 0), true)
  return subject
}

function secondsFromNow(store: Store, seconds: number): Date {
  return new Date(store.subjects.now().getTime() + seconds * 1000)
}

async function claimedId(store: Store): Promise<string | undefined> {
  return (await store.subjects.claim(leaseSeconds))?.subject.id
}

async function claimAfterASecond({ store, elapse }: StoreUnderTest, id: Subject['id']) {
  await elapse?.(1.001)
  return until(() => store.subjects.claim(leaseSeconds, id))
}
