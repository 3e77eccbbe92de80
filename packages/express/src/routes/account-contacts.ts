import type {
  ChangeContactOutcome,
  ClaimOutcome,
  CorrectOutcome,
  ProveOutcome,
  RemoveContactOutcome,
} from '@countersign/core'
import { problem } from '../answering/problem.js'
import { leadTo, type Refusal, refuse, sendJson } from '../answering/respond.js'
import { lockedRefusal, malformedRefusal, unavailableRefusal } from '../guard/refusals.js'
import type { Parts } from '../parts.js'
import { askingOf } from '../reading/asking.js'
import type { LimitedAct } from '../reading/client-limits.js'
import { accountPath, type Saying } from './page-paths.js'
import { steppedUp } from './stepped-up.js'
import type { PersonVisit, RouteShape } from './visit.js'

type Asked = ClaimOutcome | CorrectOutcome | ChangeContactOutcome | ProveOutcome

type Done = Extract<Asked, { outcome: 'pending' | 'proved' }> | Readonly<{ outcome: 'removed' }>

type Refused =
  | Exclude<Asked, { outcome: 'pending' | 'proved' }>
  | Readonly<{ outcome: Exclude<RemoveContactOutcome['outcome'], 'removed' | 'unavailable'> }>

type Outcome = Done | Refused

/** `POST {base}/account/contacts`: names an address; who has a proved contact steps up first. */
export function addContact(parts: Parts) {
  const stepUpFor = steppedUp(parts, 'countersign.contact.add', ({ body }) => ({ address: body.address }))

  return async function addContactRoute(visit: PersonVisit<'page' | 'address'>): Promise<void> {
    const { address } = visit.fields
    if (!isAddress(parts, address)) return answer(parts, visit, { outcome: 'malformed' })
    const { subject } = visit.whom
    const listed = await parts.contacts.list({ subject })
    if (listed.outcome !== 'found') return answer(parts, visit, listed)
    const hasProved = listed.contacts.some(({ proved }) => proved)
    if (hasProved && !(await stepUpFor(visit))) return
    const asking = await askingOf(visit.request, parts.options)
    await answer(parts, visit, await parts.contacts.claim({ subject, kind: 'email', address, ...asking }))
  }
}

/** `POST {base}/account/contacts/correct`: another address in the place of the one that waits. */
export function correctContact(parts: Parts) {
  return async function correctContactRoute(visit: PersonVisit<'page' | 'address'>): Promise<void> {
    const { subject } = visit.whom
    const { address = '' } = visit.fields
    const asking = await askingOf(visit.request, parts.options)
    await answer(parts, visit, await parts.contacts.correct({ subject, address, ...asking }))
  }
}

/** `POST {base}/account/contacts/prove`: the code of the newest proof message, typed. */
export function proveContact(parts: Parts) {
  return async function proveContactRoute(visit: PersonVisit<'page' | 'code'>): Promise<void> {
    const asking = await askingOf(visit.request, parts.options)
    await answer(parts, visit, await parts.contacts.prove({ ...visit.whom, ...asking, code: visit.fields.code }))
  }
}

/** `POST {base}/account/contacts/change`: asks for another address in the place of one. */
export function changeContact(parts: Parts) {
  const stepUpFor = steppedUp(parts, 'countersign.contact.change', ({ body: { address, contact } }) => ({
    address,
    contact,
  }))

  return async function changeContactRoute(visit: PersonVisit<'page' | 'address' | 'contact'>): Promise<void> {
    const { address, contact } = visit.fields
    if (!isAddress(parts, address)) return answer(parts, visit, { outcome: 'malformed' })
    if (await refusedWithout(parts, visit, contact)) return
    if (!(await stepUpFor(visit))) return
    const asking = await askingOf(visit.request, parts.options)
    const replaces = contact === undefined ? {} : { replaces: contact }
    const { subject } = visit.whom
    await answer(parts, visit, await parts.contacts.change({ subject, kind: 'email', address, ...replaces, ...asking }))
  }
}

/** `POST {base}/account/contacts/remove`: removes a contact that is not the last one. */
export function removeContact(parts: Parts) {
  const stepUpFor = steppedUp(parts, 'countersign.contact.remove', ({ body }) => ({ contact: body.contact }))

  return async function removeContactRoute(visit: PersonVisit<'page' | 'contact'>): Promise<void> {
    const { contact } = visit.fields
    if (await refusedWithout(parts, visit, contact, 'others')) return
    if (contact === undefined || !(await stepUpFor(visit))) return
    const asking = await askingOf(visit.request, parts.options)
    await answer(parts, visit, await parts.contacts.remove({ subject: visit.whom.subject, contact, ...asking }))
  }
}

/** Nobody is asked for a code for what would be refused after it. */
async function refusedWithout(
  parts: Parts,
  visit: PersonVisit,
  contact: string | undefined,
  needs?: 'others',
): Promise<boolean> {
  const refused = await missingContact(parts, visit, contact, needs)
  if (refused) await answer(parts, visit, refused)
  return refused !== undefined
}

async function missingContact(
  parts: Parts,
  { whom: { subject } }: PersonVisit,
  contact: string | undefined,
  needs: 'others' | undefined,
): Promise<Refused | undefined> {
  if (contact === undefined) return { outcome: 'malformed' }
  const listed = await parts.contacts.list({ subject })
  if (listed.outcome !== 'found') return listed
  if (!listed.contacts.some(({ id }) => id === contact)) return { outcome: 'unknown-contact' }
  const others = listed.contacts.some(({ id, proved }) => id !== contact && proved)
  return needs === undefined || others ? undefined : { outcome: 'last-contact' }
}

function isAddress({ door }: Parts, address: string | undefined): address is string {
  return door.checkBound('countersign.contact.add', { address }).outcome === 'ok'
}

async function answer(parts: Parts, { request, response, form }: PersonVisit, outcome: Outcome): Promise<void> {
  if (outcome.outcome === 'pending' || outcome.outcome === 'proved' || outcome.outcome === 'removed')
    return form ? leadTo(response, accountPath(parts)) : sendDone(response, outcome)
  if (form) return leadTo(response, accountPath(parts, sayingAfter(outcome)))
  await refuse(request, response, refusalOf(parts, outcome), parts.show)
}

function sendDone(response: PersonVisit['response'], outcome: Done): void {
  if (outcome.outcome === 'removed') response.status(204).end()
  else if (outcome.outcome === 'proved') sendJson(response, 200, { proved: { masked: outcome.masked } })
  else sendJson(response, 202, { pending: { masked: outcome.masked, expiresAt: outcome.expiresAt } })
}

function refusalOf(parts: Parts, outcome: Refused): Refusal {
  const back = accountPath(parts)
  const page = { page: 'malformed', back } as const
  switch (outcome.outcome) {
    case 'unknown-contact':
      return { problem: problem('not-found'), page }
    case 'last-contact':
    case 'too-many-contacts':
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
    case 'code-expired':
    case 'used-up':
      return { said: 'nothing-waiting' }
    default:
      return { said: outcome.outcome }
  }
}

/** What a route of the contacts takes. */
export function contactShape<Name extends string>(
  parts: Parts,
  act: LimitedAct,
  fields: readonly Name[],
): RouteShape<Name | 'page'> {
  return { act, fields: ['page', ...fields], page: (_visit, saying) => accountPath(parts, saying) }
}
