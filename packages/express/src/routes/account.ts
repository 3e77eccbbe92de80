import type { AuditEvent, CodeView } from '@countersign/core'
import { prefersPage, refuse, secondsUntil, sendJson } from '../answering/respond.js'
import { unavailableRefusal } from '../guard/refusals.js'
import type { AccountNotice, ActivityEvent, Page } from '../pages/page.js'
import type { Parts } from '../parts.js'
import { mannerOf } from '../reading/asking.js'
import { accountPath, type Saying } from './page-paths.js'
import { busyRefusal, type PersonVisit, type RouteShape } from './visit.js'

type AccountPage = Extract<Page, { page: 'account' }>

/** What the store says of a person. */
type Account = Pick<AccountPage, 'contacts' | 'pending' | 'securityCode'> & Readonly<{ activity: readonly Lately[] }>

/** An event as a person may read it. */
type Lately = Omit<ActivityEvent, 'actionName'> & Readonly<{ action?: string }>

/** Events that are looked at, and of them shown: most are of no interest to a person. */
const looked = 100
const shown = 15

/** `GET {base}/account`: contacts, the state of the security code and what happened lately. */
export function showAccount(parts: Parts) {
  return async function showAccountRoute(visit: PersonVisit<never>): Promise<void> {
    const { request, response, saying } = visit
    const trouble = troubleSaid(saying)
    if (trouble) return refuse(request, response, trouble, parts.show)
    const account = await read(visit)
    if (!account) return refuse(request, response, unavailableRefusal(5, accountPath(parts)), parts.show)
    response.vary('Accept')
    if (prefersPage(request)) await parts.show(request, response, 200, await pageOf(visit, account))
    else sendJson(response, 200, account)
  }

  async function read({ whom: { subject } }: PersonVisit<never>): Promise<Account | undefined> {
    const [listed, status, lately] = await Promise.all([
      parts.contacts.list({ subject }),
      parts.door.securityCode ? parts.codes.status({ subject }) : undefined,
      parts.subjects.activity({ subject, limit: looked }),
    ])
    if (listed.outcome !== 'found' || lately.outcome !== 'found' || status?.outcome === 'unavailable') return undefined
    return {
      contacts: listed.contacts,
      ...(listed.pending && { pending: listed.pending }),
      ...(status && { securityCode: status.code }),
      activity: activityOf(lately.events),
    }
  }

  async function pageOf({ request, saying }: PersonVisit<never>, account: Account): Promise<Page> {
    const { language } = await mannerOf(request, parts.options)
    const notice = noticeOf(saying)
    const activity = account.activity.map(({ action = '', ...event }) =>
      parts.door.actions.has(action) ? { ...event, actionName: parts.door.words(action, {}, language).name } : event,
    )
    return { page: 'account', ...account, activity, ...(notice && { notice }), home: parts.home }
  }

  function troubleSaid({ said, at }: Saying) {
    if (said === 'unavailable') return unavailableRefusal(5, accountPath(parts))
    return said === 'busy' && at ? busyRefusal(at, secondsUntil(at, parts.door.now()), accountPath(parts)) : undefined
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
  'code.shown',
  'code.activated',
  'code.wrong-entry',
  'code.lapsed',
  'code.expired',
  'code.revoked',
  'identity.recorded',
])

function activityOf(events: readonly AuditEvent[]): readonly Lately[] {
  const newestFirst = events.filter(({ type }) => told.has(type)).toReversed()
  return newestFirst.slice(0, shown).map((event) => ({
    type: event.type,
    at: event.at,
    ...('action' in event && { action: event.action }),
    ...('destination' in event && { destination: event.destination }),
    ...('was' in event && { was: event.was }),
  }))
}

function noticeOf({ said, at }: Saying): AccountNotice | undefined {
  switch (said) {
    case 'wrong':
    case 'malformed':
      return { kind: said }
    case 'nothing-waiting':
      return { kind: 'nothingWaiting' }
    case 'last-contact':
      return { kind: 'lastContact' }
    case 'prove-first':
      return { kind: 'proveFirst' }
    case 'too-many-contacts':
    case 'too-many-changes':
      return { kind: 'tooManyChanges' }
    case 'locked':
      return at && { kind: 'locked', until: at }
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
  return { act: 'read', fields: [], page: (_visit, saying) => accountPath(parts, saying) }
}
