import { CountersignError, StoreUnavailable } from '../errors.js'
import type { SubjectStore } from '../subject/subject-store.js'

/**
 * A store port of whatever make, with the one way of failing that the use cases know: what it throws is
 * `StoreUnavailable`, its own error the cause. A store that breaks is then a refusal, not a fault of the request.
 */
export function certainStore(store: SubjectStore): SubjectStore {
  return {
    now: () => store.now(),
    load: (id) => certain(() => store.load(id)),
    commit: (subject, revision) => certain(() => store.commit(subject, revision)),
    claim: (leaseSeconds, id) => certain(() => store.claim(leaseSeconds, id)),
    release: (id, lease) => certain(() => store.release(id, lease)),
    findByContact: (digests) => certain(() => store.findByContact(digests)),
    revokedSince: (after, limit) => certain(() => store.revokedSince(after, limit)),
  }
}

async function certain<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask()
  } catch (cause) {
    if (cause instanceof CountersignError) throw cause
    throw new StoreUnavailable('The store failed; see the cause.', { cause })
  }
}
