import assert from 'node:assert/strict'
import type { Store, Subject, SubjectId } from '@countersign/core'
import { aDigest, aSubject } from '../a-subject.js'
import type { Clause } from '../store-contract.js'
import { many } from './many.js'

/** Who proved a contact. */
export function contactContract(clause: Clause): void {
  clause('a proved contact is found by its digest', async ({ store }) => {
    const digest = aDigest()
    const holder = await holderOf(store, digest)
    await holderOf(store, aDigest())

    assert.deepEqual(await store.subjects.findByContact([digest]), [holder.id])
  })

  clause('a claimed contact is nobody’s', async ({ store }) => {
    const { provedAt: _, ...claimed } = aProvedContact(aDigest())
    await store.subjects.commit(aSubject({ contacts: [claimed] }), 0)

    assert.deepEqual(await store.subjects.findByContact([claimed.digest]), [])
  })

  clause('digests of several key versions find the holders of each, once', async ({ store }) => {
    const [old, now] = [aDigest('k1'), aDigest('k2')]
    const early = await holderOf(store, old)
    const late = await holderOf(store, now)
    const both = aSubject({ contacts: [aProvedContact(old), aProvedContact(now)] })
    await store.subjects.commit(both, 0)

    const found = await store.subjects.findByContact([now, old])
    assert.deepEqual(sorted(found), sorted([early.id, late.id, both.id]))
  })

  clause('a contact that was removed or replaced is no longer found', async ({ store }) => {
    const digest = aDigest()
    const holder = await holderOf(store, digest)
    await store.subjects.commit({ ...holder, contacts: [] }, 1)

    assert.deepEqual(await store.subjects.findByContact([digest]), [])
  })

  clause('at most ten holders are told', async ({ store }) => {
    const digest = aDigest()
    await many(12, () => holderOf(store, digest))

    assert.equal((await store.subjects.findByContact([digest])).length, 10)
  })

  clause('no digest finds nobody', async ({ store }) => {
    await holderOf(store, aDigest())
    assert.deepEqual(await store.subjects.findByContact([]), [])
  })
}

async function holderOf(store: Store, digest: string): Promise<Subject> {
  const holder = aSubject({ contacts: [aProvedContact(digest)] })
  assert.equal(await store.subjects.commit(holder, 0), true)
  return holder
}

function aProvedContact(digest: string): Subject['contacts'][number] {
  const [contact] = aSubject().contacts
  assert.ok(contact?.provedAt)
  return { ...contact, digest }
}

function sorted(ids: readonly SubjectId[]): readonly SubjectId[] {
  return [...ids].sort()
}
