import { type CodeLife, daysAfter, type WaitingCode } from '../code/code-record.js'
import { codeOf, codeStateOf, isReplaceable } from '../code/code-state.js'
import { missingProofs, type RegistrationPolicy } from '../registration/missing-proofs.js'
import type { Subject } from '../subject/subject.js'
import type { CodeView } from './countersign.js'
import type { Engine } from './engine.js'

/** What the view depends on beside the subject; `session`: the one that looks, where one does. */
export type CodeRules = Readonly<{ life: CodeLife; registration: RegistrationPolicy; session?: string }>

/** The security code as its owner may see it: nothing of the code itself. */
export function codeView(subject: Subject, { life, registration, session }: CodeRules, now: Date): CodeView {
  const record = codeOf(subject)
  const state = codeStateOf(record, now)
  const { held, waiting } = record
  return {
    state,
    ...(held && state !== 'revoked' && { expiresAt: held.expiresAt }),
    ...(held &&
      state === 'expired' &&
      isReplaceable(record, life, now) && {
        replaceableUntil: daysAfter(held.expiresAt, life.graceDays),
      }),
    ...(waiting &&
      waiting.expiresAt > now && {
        waiting: {
          delivery: waiting.delivery,
          ...(isFor(waiting, session) ? waiting.from && { from: waiting.from } : { elsewhere: true }),
          ...confirming(waiting, now),
        },
      }),
    missing: missingProofs(subject, registration),
  }
}

/** The view under the rules of this Countersign. */
export function viewOf({ checked, code }: Engine, subject: Subject, now: Date, session?: string) {
  const registration = checked.parts.registration ?? {}
  return codeView(subject, { life: code.life, registration, ...(session !== undefined && { session }) }, now)
}

/** What was asked for with the code before it in another session has to be asked for in this one. */
function isFor({ askedIn }: WaitingCode, session = askedIn): boolean {
  return askedIn === undefined || askedIn === session
}

/** A shown code that was not confirmed in its time can be picked up again, also before that was written down. */
function confirming({ shown, expiresAt }: WaitingCode, now: Date): Readonly<{ shown: boolean; until: Date }> {
  return shown && shown.until > now ? { shown: true, until: shown.until } : { shown: false, until: expiresAt }
}
