import assert from 'node:assert/strict'
import { newSubject, type Store, type SubjectId, subjectFormat } from '@countersign/core'
import { aSubject, aSubjectId } from '../a-subject.js'
import type { Clause } from '../store-contract.js'
import { inTurn, many, onlyUnavailable, until, volley } from './many.js'

/** Loading and committing: one compare-and-set for each change. */
export function commitContract(clause: Clause): void {
  clause('a subject about whom nothing was written has revision 0', async ({ store }) => {
    const { subject, revision } = await store.subjects.load(aSubjectId())
    assert.equal(subject, undefined)
    assert.equal(revision, 0)
  })

  clause('a subject comes back as it was committed', async ({ store }) => {
    const subject = aSubject()
    assert.equal(await store.subjects.commit(subject, 0), true)

    const loaded = await store.subjects.load(subject.id)
    assert.deepEqual(loaded.subject, subject)
    assert.equal(loaded.revision, 1)
  })

  clause('empty lists stay, and what is absent stays absent', async ({ store }) => {
    const subject = newSubject(aSubjectId())
    await store.subjects.commit(subject, 0)

    const { subject: loaded } = await store.subjects.load(subject.id)
    assert.deepEqual(loaded, subject)
    assert.deepEqual(Object.keys(loaded ?? {}).sort(), Object.keys(subject).sort())
  })

  clause('what a commit leaves out is gone', async ({ store }) => {
    const subject = aSubject({ revocation: { epoch: 1, sessions: [], at: new Date('2026-03-02T12:00:00.001Z') } })
    await store.subjects.commit(subject, 0)
    const lean = newSubject(subject.id)
    assert.equal(await store.subjects.commit(lean, 1), true)

    assert.deepEqual((await store.subjects.load(subject.id)).subject, lean)
  })

  clause('texts that look like operators, paths or codes come back as they were', async ({ store }) => {
    const masked = '$set.$$NOW {"$ne":null} \u{1f600} a\u0000b'
    const subject = aSubject({ contactsAskedFor: [masked, '', '$where', 'a.b.c', '__proto__'] })
    await store.subjects.commit(subject, 0)

    assert.deepEqual((await store.subjects.load(subject.id)).subject, subject)
  })

  clause('ids that look like operators are ids', async ({ store }) => {
    const ids = ['$ne', 'a.b', '__proto__', '/', ' ', '\u00e9', 'e\u0301'] as SubjectId[]
    for (const id of ids) assert.equal(await store.subjects.commit(newSubject(id), 0), true)
    for (const id of ids) assert.equal((await store.subjects.load(id)).subject?.id, id)
  })

  clause('a commit names the revision that it replaces, or nothing is applied', async ({ store }) => {
    const subject = aSubject()
    await store.subjects.commit(subject, 0)
    assert.equal(await store.subjects.commit({ ...subject, events: 42 }, 1), true)

    for (const stale of [0, 1, 3]) assert.equal(await store.subjects.commit({ ...subject, events: 99 }, stale), false)
    const { subject: loaded, revision } = await store.subjects.load(subject.id)
    assert.equal(loaded?.events, 42)
    assert.equal(revision, 2)
  })

  clause('nobody changes a subject that is not there', async ({ store }) => {
    const subject = aSubject()
    assert.equal(await store.subjects.commit(subject, 1), false)
    assert.equal((await store.subjects.load(subject.id)).revision, 0)
  })

  clause('of 200 first commits at once one is applied', async ({ store, other }) => {
    const subject = aSubject()
    const winner = await onlyWinner((turn) =>
      inTurn(turn, store, other).subjects.commit({ ...subject, events: turn }, 0),
    )

    const { subject: loaded, revision } = await store.subjects.load(subject.id)
    assert.equal(loaded?.events, winner ?? loaded?.events)
    assert.equal(revision, 1)
  })

  clause('of 200 commits of the same revision at once one is applied', async ({ store, other }) => {
    const subject = aSubject()
    await store.subjects.commit(subject, 0)
    const winner = await onlyWinner((turn) =>
      inTurn(turn, store, other).subjects.commit({ ...subject, events: turn }, 1),
    )

    const { subject: loaded, revision } = await store.subjects.load(subject.id)
    assert.equal(loaded?.events, winner ?? loaded?.events)
    assert.equal(revision, 2)
  })

  clause('50 writers that try until they succeed lose nothing', async ({ store, other }) => {
    const id = aSubjectId()
    const marks = Array.from({ length: 50 }, (_, turn) => `writer ${turn}`)
    await many(50, (turn) =>
      until(() => marked(inTurn(turn, store, other), id, `writer ${turn}`).catch(onlyUnavailable)),
    )

    const { subject, revision } = await store.subjects.load(id)
    assert.deepEqual([...(subject?.contactsAskedFor ?? [])].sort(), marks.sort())
    assert.equal(subject?.events, 50)
    assert.equal(revision, 50)
  })

  clause('the time is told with each load and does not run back', async ({ store }) => {
    const id = aSubjectId()
    let latest = store.subjects.now().getTime()
    for (let reading = 0; reading < 20; reading += 1) {
      const { now } = await store.subjects.load(id)
      assert.ok(now.getTime() >= latest, 'load went back in time')
      assert.ok(store.subjects.now().getTime() >= now.getTime(), 'now went back in time')
      latest = now.getTime()
    }
  })

  clause('a subject of a higher format is refused and left as it is', async ({ store }) => {
    const subject = aSubject({ format: subjectFormat + 1 })
    await store.subjects.commit(subject, 0)

    await assert.rejects(store.subjects.load(subject.id), { code: 'ERR_COUNTERSIGN_FORMAT' })
    assert.equal(await store.subjects.claim(30, subject.id), undefined)
  })
}

/** Starts 200 at once and tells which one was told that it was applied; only when some were refused may nobody be told. */
async function onlyWinner(commit: (turn: number) => Promise<boolean>): Promise<number | undefined> {
  const { answers, refused } = await volley(200, async (turn) => ((await commit(turn)) ? turn : undefined))
  const winners = answers.filter((turn) => turn !== undefined)
  assert.ok(winners.length === 1 || (winners.length === 0 && refused > 0), `${winners.length} of 200 were applied`)
  return winners[0]
}

/** Whether the mark is in the subject; adds it if not. After a refusal without a verdict the next try looks first. */
async function marked(store: Store, id: SubjectId, mark: string): Promise<boolean> {
  const { subject = newSubject(id), revision } = await store.subjects.load(id)
  if (subject.contactsAskedFor.includes(mark)) return true

  const contactsAskedFor = [...subject.contactsAskedFor, mark]
  return store.subjects.commit({ ...subject, contactsAskedFor, events: subject.events + 1 }, revision)
}
