import { withoutCodeOver } from '../code/without-code-over.js'
import type { Contact } from '../delivery/contact.js'
import { hasProved } from '../delivery/has-proved.js'
import { revoke } from '../elevation/revoke.js'
import type { Effect } from '../outbox/effect.js'
import { fits } from '../outbox/outbox.js'
import type { Subject } from '../subject/subject.js'
import { bySubject, type Tell } from '../subject/tell.js'
import { changed, record, type Transition, unchanged, withEffects } from '../subject/transition.js'
import { mayChange, withUndo } from './contact-undo.js'

/** A contact to remove; `id` names the change for whoever takes it back. */
export type Removal = Readonly<{
  id: string
  contact: string
  calls(contact: Contact, now: Date): readonly Effect[]
  tell: Tell
}>

export type RemovalOutcome = Readonly<{
  outcome: 'removed' | 'unknown-contact' | 'last-contact' | 'too-many-changes' | 'full'
}>

/** All contacts hear of it, the removed one too; all elevations end. The last proved one stays: nobody could be told of anything. */
export function removeContact(subject: Subject, removal: Removal, now: Date): Transition<RemovalOutcome> {
  const contact = subject.contacts.find(({ id }) => id === removal.contact)
  if (!contact) return unchanged({ outcome: 'unknown-contact' })
  const others = subject.contacts.filter((one) => one !== contact)
  if (!hasProved(others)) return unchanged({ outcome: 'last-contact' })
  if (!mayChange(subject)) return unchanged({ outcome: 'too-many-changes' })
  if (!fits(subject.outbox, 4 + subject.contacts.length, 'ordinary')) return unchanged({ outcome: 'full' })

  const by = bySubject(removal.tell)
  const { id } = removal
  const told = removal.tell(subject, { kind: 'contact-removed', destination: contact.masked, change: id }, now)
  const without = withUndo(
    { ...withoutCodeOver(told, contact.id), contacts: others },
    { id, before: subject.contacts },
    now,
  )
  const recorded = record(without, now, by, { type: 'contact.removed', change: id, destination: contact.masked })
  const ended = revoke(recorded, { reason: 'contact-change', by }, now)
  return changed(withEffects(ended, ...removal.calls(contact, now)), { outcome: 'removed' })
}
