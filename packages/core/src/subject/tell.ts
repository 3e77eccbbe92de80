import type { NoticeKind, Origin } from '../delivery/message.js'
import type { Subject } from './subject.js'
import type { By } from './transition.js'

/** What a notice says beside its kind. */
export type Notice = Readonly<{
  kind: NoticeKind
  /** A contact that came or went, masked. */
  destination?: string
  /** The contact in whose place it came, masked. */
  was?: string
  until?: Date
  /** The change of a contact that its "this was not me" link takes back. */
  change?: string
  /** The waiting security code that its "this was not me" link stops. */
  code?: string
  /** Id of a contact that hears of it by another message. */
  except?: string
}>

/**
 * The subject with a notice to each of its proved contacts but the excepted one, in the words and with the origin of whoever asks; unchanged
 * where the budget of that kind is used up. Handed to the transitions, which know what happened and not how it is written.
 * The events beside the notices have the same origin.
 */
export type Tell = ((subject: Subject, notice: Notice, now: Date) => Subject) & Readonly<{ origin?: Origin }>

/** The person, who caused what he is told of. */
export function bySubject({ origin }: Tell, session?: string): By {
  return { actor: 'subject', ...(session !== undefined && { session }), ...(origin && { origin }) }
}
