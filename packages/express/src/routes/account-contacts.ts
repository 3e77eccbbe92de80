import type {
  ChangeContactOutcome,
  ClaimOutcome,
  ContactsOutcome,
  CorrectOutcome,
  ProveOutcome,
  RemoveContactOutcome,
  ResendProofOutcome,
  SendProofOutcome,
  WithdrawOutcome,
} from '@countersign/core'
import { problem } from '../answering/problem.js'
import { leadTo, type Refusal, refuse, sendJson } from '../answering/respond.js'
import { lockedRefusal, malformedRefusal, unavailableRefusal } from '../guard/refusals.js'
import type { AccountForm, AccountFormRef } from '../pages/page.js'
import type { Parts } from '../parts.js'
import { askingOf } from '../reading/asking.js'
import type { LimitedAct } from '../reading/client-limits.js'
import { dropDraft, keepDraft } from './account-draft.js'
import { accountPath, formAbout, type Saying } from './page-paths.js'
import { steppedUp } from './stepped-up.js'
import type { PersonVisit, RouteShape } from './visit.js'

type Asked = ClaimOutcome | SendProofOutcome | ResendProofOutcome | CorrectOutcome | ChangeContactOutcome | ProveOutcome

type Done =
  | Extract<Asked, { outcome: 'pending' | 'proved' }>
  | Readonly<{ outcome: 'removed' }>
  | Readonly<{ outcome: 'withdrawn' }>

type Refused =
  | Exclude<Asked | WithdrawOutcome, { outcome: 'pending' | 'proved' | 'withdrawn' }>
  | Readonly<{ outcome: Exclude<RemoveContactOutcome['outcome'], 'removed' | 'unavailable'> }>

type Outcome = Done | Refused

type Room = Extract<ContactsOutcome, { outcome: 'found' }>['room']

/** `POST {base}/account/contacts`: names an address; who has a proved contact steps up first. */
export function addContact(parts: Parts) {
  const stepUpFor = steppedUp(parts, 'countersign.contact.add', ({ body }) => ({ address: body.address }))

  return async function addContactRoute(visit: PersonVisit<'page' | 'address'>): Promise<void> {
    const { address = '' } = visit.fields
    keepDraft(parts, visit, { ...adding, address })
    if (!isAddress(parts, address)) return answer(parts, visit, adding, { outcome: 'malformed' })
    const { subject } = visit.whom
    const listed = await parts.contacts.list({ subject })
    if (listed.outcome !== 'found') return answer(parts, visit, adding, listed)
    const full = noRoom(listed.room)
    if (full) return answer(parts, visit, adding, full)
    const hasProved = listed.contacts.some(({ proved }) => proved)
    if (hasProved && !(await stepUpFor(visit))) return
    const asking = await askingOf(visit.request, parts.options)
    await answer(parts, visit, adding, await parts.contacts.claim({ subject, kind: 'email', address, ...asking }))
  }
}

/** `POST {base}/account/contacts/verify`: sends a proof to an address that is there and not proved. */
export function verifyContact(parts: Parts) {
  return async function verifyContactRoute(visit: PersonVisit<'page' | 'contact'>): Promise<void> {
    const { contact } = visit.fields
    const at = formAbout('verify', contact)
    if (contact === undefined) return answer(parts, visit, at, { outcome: 'malformed' })
    const asking = await askingOf(visit.request, parts.options)
    const { subject } = visit.whom
    await answer(parts, visit, at, await parts.contacts.sendProof({ subject, contact, ...asking }))
  }
}

/** `POST {base}/account/contacts/resend`: the proof of the address that waits, once more. */
export function resendProof(parts: Parts) {
  return async function resendProofRoute(visit: PersonVisit<'page'>): Promise<void> {
    const asking = await askingOf(visit.request, parts.options)
    const { subject } = visit.whom
    await answer(parts, visit, { form: 'resend' }, await parts.contacts.resendProof({ subject, ...asking }))
  }
}

/** `POST {base}/account/contacts/withdraw`: gives up the address that waits. No step-up: nothing that is there changes. */
export function withdrawContact(parts: Parts) {
  return async function withdrawContactRoute(visit: PersonVisit<'page'>): Promise<void> {
    const asking = await askingOf(visit.request, parts.options)
    const { subject } = visit.whom
    await answer(parts, visit, { form: 'withdraw' }, await parts.contacts.withdraw({ subject, ...asking }))
  }
}

/** `POST {base}/account/contacts/correct`: another address in the place of the one that waits. */
export function correctContact(parts: Parts) {
  return async function correctContactRoute(visit: PersonVisit<'page' | 'address'>): Promise<void> {
    const { subject } = visit.whom
    const { address = '' } = visit.fields
    const at = { form: 'correct' } as const
    keepDraft(parts, visit, { ...at, address })
    const asking = await askingOf(visit.request, parts.options)
    await answer(parts, visit, at, await parts.contacts.correct({ subject, address, ...asking }))
  }
}

/** `POST {base}/account/contacts/prove`: the code of the newest proof message, typed. */
export function proveContact(parts: Parts) {
  return async function proveContactRoute(visit: PersonVisit<'page' | 'code'>): Promise<void> {
    const asking = await askingOf(visit.request, parts.options)
    const { code } = visit.fields
    await answer(parts, visit, { form: 'prove' }, await parts.contacts.prove({ ...visit.whom, ...asking, code }))
  }
}

/** `POST {base}/account/contacts/change`: asks for another address in the place of one. */
export function changeContact(parts: Parts) {
  const stepUpFor = steppedUp(parts, 'countersign.contact.change', ({ body: { address, contact } }) => ({
    address,
    contact,
  }))

  return async function changeContactRoute(visit: PersonVisit<'page' | 'address' | 'contact'>): Promise<void> {
    const { address = '', contact } = visit.fields
    const at = formAbout('change', contact)
    keepDraft(parts, visit, { ...at, address })
    if (!isAddress(parts, address)) return answer(parts, visit, at, { outcome: 'malformed' })
    if (await refusedWithout(parts, visit, at)) return
    if (!(await stepUpFor(visit))) return
    const asking = await askingOf(visit.request, parts.options)
    const replaces = contact === undefined ? {} : { replaces: contact }
    const { subject } = visit.whom
    const asked = { subject, kind: 'email', address, ...replaces, ...asking } as const
    await answer(parts, visit, at, await parts.contacts.change(asked))
  }
}

/** `POST {base}/account/contacts/remove`: removes a contact that is not the last one. */
export function removeContact(parts: Parts) {
  const stepUpFor = steppedUp(parts, 'countersign.contact.remove', ({ body }) => ({ contact: body.contact }))

  return async function removeContactRoute(visit: PersonVisit<'page' | 'contact'>): Promise<void> {
    const { contact } = visit.fields
    const at = formAbout('remove', contact)
    if (await refusedWithout(parts, visit, at, 'others')) return
    if (contact === undefined || !(await stepUpFor(visit))) return
    const asking = await askingOf(visit.request, parts.options)
    await answer(parts, visit, at, await parts.contacts.remove({ subject: visit.whom.subject, contact, ...asking }))
  }
}

const adding: AccountFormRef = { form: 'add' }

/** Nobody is asked for a code for what would be refused after it. */
async function refusedWithout(
  parts: Parts,
  visit: PersonVisit<'contact'>,
  at: AccountFormRef,
  needs?: 'others',
): Promise<boolean> {
  const refused = await missingContact(parts, visit, needs)
  if (refused) await answer(parts, visit, at, refused)
  return refused !== undefined
}

async function missingContact(
  parts: Parts,
  { whom: { subject }, fields: { contact } }: PersonVisit<'contact'>,
  needs: 'others' | undefined,
): Promise<Refused | undefined> {
  if (contact === undefined) return { outcome: 'malformed' }
  const listed = await parts.contacts.list({ subject })
  if (listed.outcome !== 'found') return listed
  if (!listed.contacts.some(({ id }) => id === contact)) return { outcome: 'unknown-contact' }
  const others = listed.contacts.some(({ id, proved }) => id !== contact && proved)
  if (needs !== undefined && !others) return { outcome: 'last-contact' }
  const { changes, removals } = listed.room
  return (needs === undefined ? changes : removals) === 0 ? { outcome: 'too-many-changes' } : undefined
}

/** Why no address is added, whichever it is. */
function noRoom({ contacts, changes }: Room): Refused | undefined {
  if (contacts === 0) return { outcome: 'too-many-contacts' }
  return changes === 0 ? { outcome: 'too-many-changes' } : undefined
}

function isAddress({ door }: Parts, address: string | undefined): address is string {
  return door.checkBound('countersign.contact.add', { address }).outcome === 'ok'
}

/** What came of a form is said at the form. */
async function answer(parts: Parts, visit: PersonVisit, at: AccountFormRef, outcome: Outcome): Promise<void> {
  const { request, response, form } = visit
  if (isDone(outcome)) {
    dropDraft(parts, visit)
    return form ? leadTo(response, accountPath(parts)) : sendDone(parts, visit, outcome)
  }
  if (form) return leadTo(response, accountPath(parts, { ...sayingAfter(outcome), form: at }))
  await refuse(request, response, refusalOf(parts, outcome), parts.show)
}

const done: readonly Outcome['outcome'][] = ['pending', 'proved', 'removed', 'withdrawn'] satisfies Done['outcome'][]

function isDone(outcome: Outcome): outcome is Done {
  return done.includes(outcome.outcome)
}

async function sendDone(parts: Parts, { response, whom }: PersonVisit, outcome: Done): Promise<void> {
  if (outcome.outcome === 'removed' || outcome.outcome === 'withdrawn') response.status(204).end()
  else if (outcome.outcome === 'proved') sendJson(response, 200, { proved: { masked: outcome.masked } })
  else sendJson(response, 202, { pending: await pendingView(parts, whom, outcome) })
}

/** What waits as `GET {base}/account` shows it; what is known of it where that cannot be read. */
async function pendingView(
  { contacts }: Parts,
  { subject }: PersonVisit['whom'],
  { masked, expiresAt }: Extract<Done, { outcome: 'pending' }>,
): Promise<object> {
  const listed = await contacts.list({ subject })
  return (listed.outcome === 'found' && listed.pending) || { kind: 'email', masked, expiresAt }
}

function refusalOf(parts: Parts, outcome: Refused): Refusal {
  const back = accountPath(parts)
  const page = { page: 'malformed', back } as const
  switch (outcome.outcome) {
    case 'unknown-contact':
      return { problem: problem('not-found'), page }
    case 'last-contact':
    case 'too-many-contacts':
    case 'already-there':
    case 'prove-first':
    case 'too-many-changes':
    case 'nothing-waiting':
      return { problem: problem(outcome.outcome), page }
    case 'code-expired':
    case 'used-up':
      return { problem: problem('nothing-waiting', { why: outcome.outcome }), page }
    case 'wrong':
      return { problem: problem('wrong-code', { attemptsLeft: outcome.attemptsLeft }), page }
    case 'malformed':
      return malformedRefusal(back)
    case 'locked':
      return lockedRefusal(outcome.retryAt, { back, now: parts.door.now() }, 423)
    case 'unavailable':
      return unavailableRefusal(outcome.retryAfterSeconds, back)
  }
}

function sayingAfter(outcome: Refused): Saying {
  switch (outcome.outcome) {
    case 'locked':
      return { said: 'locked', at: outcome.retryAt }
    case 'unknown-contact':
      return { said: 'nothing-waiting' }
    default:
      return { said: outcome.outcome }
  }
}

/** What a route of the contacts takes. */
export function contactShape<Name extends string>(
  parts: Parts,
  act: LimitedAct,
  form: AccountForm,
  fields: readonly Name[],
): RouteShape<Name | 'page'> {
  return {
    act,
    fields: ['page', ...fields],
    page: (_visit, saying) => accountPath(parts, { ...saying, form: { form } }),
  }
}
