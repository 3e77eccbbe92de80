import assert from 'node:assert/strict'
import type { Revocation, Store, Subject, SubjectId } from '@countersign/core'
import { aDigest, aSubject } from '../a-subject.js'
import type { Clause } from '../store-contract.js'

/** The feed of revocations. */
export function revocationContract(clause: Clause): void {
  clause('a revocation is in the feed once its commit is told, with the store’s own time', async ({ store }) => {
    const session = aDigest()
    const began = store.subjects.now()
    const subject = await revoked(store, { sessions: [{ digest: session, at: began }], epoch: 7 })

    const [revocation, ...more] = await store.subjects.revokedSince({ at: secondsBefore(began, 10) }, 10)
    assert.deepEqual(more, [])
    assert.equal(revocation?.subject, subject.id)
    assert.equal(revocation?.epoch, 7)
    assert.deepEqual(revocation?.sessions, [session])
    assertNear(revocation?.at, began)
  })

  clause('the subject tells the same time as the feed', async ({ store }) => {
    const { id } = await revoked(store)
    const { subject } = await store.subjects.load(id)
    const [revocation] = await everything(store)

    assert.ok(subject?.revocation.at instanceof Date)
    assert.equal(revocation?.at.getTime(), subject.revocation.at.getTime())
  })

  clause('a subject that revoked nothing is not in the feed', async ({ store }) => {
    await store.subjects.commit(aSubject(), 0)
    assert.deepEqual(await everything(store), [])
  })

  clause('a commit that revokes nothing leaves the time where it is', async ({ store, elapse }) => {
    const { id } = await revoked(store)
    const before = await store.subjects.load(id)
    await elapse?.(5)
    assert.ok(before.subject)
    await store.subjects.commit({ ...before.subject, events: 42 }, before.revision)

    const after = await store.subjects.load(id)
    assert.deepEqual(after.subject?.revocation, before.subject.revocation)
    assert.equal((await everything(store)).length, 1)
  })

  clause('a second revocation moves the subject to the end', async ({ store, elapse }) => {
    const at = store.subjects.now()
    const first = await revoked(store, { at: secondsBefore(at, 30) })
    const second = await revoked(store, { at: secondsBefore(at, 20) })
    await elapse?.(1)
    await store.subjects.commit({ ...first, revocation: { epoch: 9, sessions: [], at: 'this-commit' } }, 1)

    assert.deepEqual(subjects(await everything(store)), [second.id, first.id])
  })

  clause('the feed is in the order of time and, at the same time, of subject', async ({ store }) => {
    const [early, late] = [new Date('2026-03-02T12:00:00.001Z'), new Date('2026-03-02T12:00:00.002Z')]
    for (const [id, at] of [
      ['b', late],
      ['c', early],
      ['a', late],
      ['d', early],
    ] as const)
      await revokedAs(store, id, at)

    assert.deepEqual(subjects(await everything(store)), ['c', 'd', 'a', 'b'])
  })

  clause('pages by time and subject leave nothing out and repeat nothing', async ({ store }) => {
    const at = new Date('2026-03-02T12:00:00.001Z')
    for (const id of ['a', 'b', 'c', 'd', 'e']) await revokedAs(store, id, at)

    const first = await store.subjects.revokedSince({ at }, 2)
    const second = await store.subjects.revokedSince({ at, subject: 'b' as SubjectId }, 2)
    const third = await store.subjects.revokedSince({ at, subject: 'd' as SubjectId }, 2)
    assert.deepEqual([first, second, third].map(subjects), [['a', 'b'], ['c', 'd'], ['e']])
  })

  clause('a place without a subject lies before all subjects of that time', async ({ store }) => {
    const at = new Date('2026-03-02T12:00:00.001Z')
    await revokedAs(store, 'a', at)

    assert.equal((await store.subjects.revokedSince({ at }, 10)).length, 1)
    assert.equal((await store.subjects.revokedSince({ at: new Date(at.getTime() + 1) }, 10)).length, 0)
  })
}

async function revoked(store: Store, revocation: Partial<Subject['revocation']> = {}): Promise<Subject> {
  const subject = aSubject({ revocation: { epoch: 4, sessions: [], at: 'this-commit', ...revocation } })
  assert.equal(await store.subjects.commit(subject, 0), true)
  return subject
}

async function revokedAs(store: Store, id: string, at: Date): Promise<void> {
  await store.subjects.commit(aSubject({ id: id as SubjectId, revocation: { epoch: 1, sessions: [], at } }), 0)
}

function everything(store: Store): Promise<readonly Revocation[]> {
  return store.subjects.revokedSince({ at: new Date(0) }, 100)
}

function subjects(revocations: readonly Revocation[]): readonly string[] {
  return revocations.map(({ subject }) => subject)
}

function secondsBefore(at: Date, seconds: number): Date {
  return new Date(at.getTime() - seconds * 1000)
}

function assertNear(at: Date | undefined, expected: Date): void {
  assert.ok(at && Math.abs(at.getTime() - expected.getTime()) < 2000, `${at?.toISOString()} is not the store's time`)
}
