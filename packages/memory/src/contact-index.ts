import type { Subject, SubjectId } from '@countersign/core'

type Contacts = Subject['contacts']

/** Who proved which contact. */
export class ContactIndex {
  readonly #holders = new Map<string, Set<SubjectId>>()

  /** Learns a subject's contacts; costs nothing when the list is the one it knows. */
  replace(id: SubjectId, previous: Contacts | undefined, contacts: Contacts): void {
    if (previous === contacts) return
    for (const digest of provedDigests(previous ?? [])) this.#forget(digest, id)
    for (const digest of provedDigests(contacts)) this.#learn(digest, id)
  }

  holdersOf(digests: readonly string[], atMost: number): readonly SubjectId[] {
    const holders = new Set<SubjectId>()
    for (const digest of digests) {
      for (const id of this.#holders.get(digest) ?? []) if (holders.size < atMost) holders.add(id)
    }
    return [...holders]
  }

  #learn(digest: string, id: SubjectId): void {
    const holders = this.#holders.get(digest)
    if (holders) holders.add(id)
    else this.#holders.set(digest, new Set([id]))
  }

  #forget(digest: string, id: SubjectId): void {
    const holders = this.#holders.get(digest)
    holders?.delete(id)
    if (holders?.size === 0) this.#holders.delete(digest)
  }
}

function provedDigests(contacts: Contacts): readonly string[] {
  return contacts.filter(({ provedAt }) => provedAt).map(({ digest }) => digest)
}
