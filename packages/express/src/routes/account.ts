import type { AuditEvent, CodeView, Origin } from '@countersign/core'
import { prefersPage, refuse, sendJson } from '../answering/respond.js'
import { unavailableRefusal } from '../guard/refusals.js'
import type { AccountForm, AccountNotice, AccountRefusal, ActivityEvent, Page } from '../pages/page.js'
import type { Parts } from '../parts.js'
import { mannerOf } from '../reading/asking.js'
import { draftOf } from './account-draft.js'
import { accountPath, type Said, type Saying } from './page-paths.js'
import type { PersonVisit, RouteShape } from './visit.js'

type AccountPage = Extract<Page, { page: 'account' }>

/** What the store says of a person. */
type Account = Pick<AccountPage, 'contacts' | 'pending' | 'securityCode'> & Readonly<{ activity: readonly Lately[] }>

/** An event as a person may read it. */
type Lately = Omit<ActivityEvent, 'actionName'> & Readonly<{ action?: string }>

/** Events that are looked at, and of them shown: most are of no interest to a person. */
export const looked = 100
const shown = 15

/** `GET {base}/account`: contacts, the state of the security code and what happened lately. */
export function showAccount(parts: Parts) {
  return async function showAccountRoute(visit: PersonVisit<never>): Promise<void> {
    const { request, response } = visit
    const account = await read(visit)
    if (!account) return refuse(request, response, unavailableRefusal(5, accountPath(parts)), parts.show)
    response.vary('Accept')
    if (prefersPage(request)) await parts.show(request, response, 200, await pageOf(visit, account))
    else sendJson(response, 200, account)
  }

  async function read({ whom }: PersonVisit<never>): Promise<Account | undefined> {
    const { subject, session } = whom
    const [listed, status, lately] = await Promise.all([
      parts.contacts.list({ subject }),
      parts.door.securityCode ? parts.codes.status({ subject, session }) : undefined,
      parts.subjects.activity({ subject, limit: looked }),
    ])
    if (listed.outcome !== 'found' || lately.outcome !== 'found' || status?.outcome === 'unavailable') return undefined
    return {
      contacts: listed.contacts,
      ...(listed.pending && { pending: listed.pending }),
      ...(status && { securityCode: status.code }),
      activity: activityOf(lately.events, (event) => parts.door.notMe.tokenAbout(whom, event) !== undefined),
    }
  }

  async function pageOf(visit: PersonVisit<never>, account: Account): Promise<Page> {
    const { language } = await mannerOf(visit.request, parts.options)
    const { codeDigits: digits, securityCode: format } = parts.door
    const notice = isMoot(visit.saying, account.activity, parts.door.now()) ? undefined : noticeOf(visit.saying)
    const draft = draftOf(visit)
    const activity = account.activity.map(({ action = '', ...event }) =>
      parts.door.actions.has(action) ? { ...event, actionName: parts.door.words(action, {}, language).name } : event,
    )
    return {
      page: 'account',
      ...account,
      digits,
      ...(format && { format }),
      activity,
      ...(notice && { notice }),
      ...(draft && { draft }),
      home: parts.home,
    }
  }
}

/** What a person is told of. Openings, closings and deliveries by the dozen would hide it. */
const told: ReadonlySet<string> = new Set<AuditEvent['type']>([
  'challenge.opened',
  'challenge.wrong-answer',
  'elevation.granted',
  'throttle.locked',
  'throttle.unlocked',
  'contact.proved',
  'contact.change-asked',
  'contact.change-stopped',
  'contact.changed',
  'contact.added',
  'contact.removed',
  'contact.restored',
  'code.issued',
  'code.asked',
  'code.stopped',
  'code.shown',
  'code.activated',
  'code.wrong-entry',
  'code.lapsed',
  'code.expired',
  'code.revoked',
  'identity.recorded',
])

/** `stoppable`: what the person can still say "not me" about. */
function activityOf(events: readonly AuditEvent[], stoppable: (event: AuditEvent) => boolean): readonly Lately[] {
  const newestFirst = events.filter((event) => told.has(event.type) && !isAnswered(event, events)).toReversed()
  return newestFirst.slice(0, shown).map((event) => {
    const origin = originOf(event, events)
    return {
      ...(stoppable(event) && { id: numberOf(event) }),
      type: event.type,
      at: event.at,
      ...('action' in event && { action: event.action }),
      ...('destination' in event && { destination: event.destination }),
      ...('was' in event && { was: event.was }),
      ...(origin && { origin }),
    }
  })
}

/** That a code was asked for is no news once it was confirmed. */
function isAnswered(event: AuditEvent, events: readonly AuditEvent[]): boolean {
  if (event.type !== 'challenge.opened') return false
  return events.some((one) => one.type === 'elevation.granted' && one.challenge === event.challenge)
}

/** Each says itself from where it came; what became of a question came from where that was asked, since its session is the same. */
function originOf(event: AuditEvent, events: readonly AuditEvent[]): Origin | undefined {
  if ('origin' in event) return event.origin
  if (!('challenge' in event)) return undefined
  const opened = events.find((one) => one.type === 'challenge.opened' && one.challenge === event.challenge)
  return opened?.type === 'challenge.opened' ? opened.origin : undefined
}

/** The per-subject number of an event, without whose it is. */
export function numberOf({ id }: AuditEvent): string {
  return id.slice(id.lastIndexOf('#') + 1)
}

/** What a form does that takes something which waits. */
const doneBy: Readonly<Partial<Record<AccountForm, readonly AuditEvent['type'][]>>> = {
  activate: ['code.activated'],
  prove: ['contact.proved', 'contact.added', 'contact.changed'],
}

/** Milliseconds within which the same form that comes again was pressed twice. */
const twice = 30_000

/** Of a form that was pressed twice, the second finds nothing that waits, and its page is what the person sees: nothing went wrong. */
function isMoot({ said, form }: Saying, activity: readonly Lately[], now: Date): boolean {
  const types = said === 'nothing-waiting' && form ? (doneBy[form.form] ?? []) : []
  return activity.some(({ type, at }) => types.includes(type) && now.getTime() - at.getTime() < twice)
}

function noticeOf({ said, at: until, form }: Saying): AccountNotice | undefined {
  const refusal = refusalSaid(said, until)
  return refusal && { ...refusal, ...(form && { at: form }) }
}

function refusalSaid(said: Said | undefined, until: Date | undefined): AccountRefusal | undefined {
  switch (said) {
    case 'wrong':
    case 'malformed':
    case 'used-up':
    case 'code-expired':
    case 'nothing-waiting':
    case 'last-contact':
    case 'already-there':
    case 'prove-first':
    case 'too-many-contacts':
    case 'too-many-changes':
    case 'unavailable':
      return { why: said }
    case 'locked':
    case 'wait':
    case 'busy':
      return until && { why: said, until }
    default:
      return undefined
  }
}

/** A security code as JSON has it: its state, nothing of the code itself. */
export function securityCodeJson(securityCode: CodeView): object {
  return { securityCode }
}

/** What `GET {base}/account` takes. */
export function accountShape(parts: Parts): RouteShape<never> {
  return { act: 'read', fields: [], page: (_visit, saying) => accountPath(parts, saying), entrance: true }
}
