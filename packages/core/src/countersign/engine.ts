import { createTally, type Tally } from '../audit/tally.js'
import { withDelivery } from '../challenge/delivery.js'
import type { CodeDelivery, CodeLife } from '../code/code-record.js'
import type { TokenClaims } from '../elevation/elevation-token.js'
import { type RevocationFeed, revocationFeed } from '../elevation/revocation-feed.js'
import { tokenMemory } from '../elevation/token-memory.js'
import { CountersignError, StoreUnavailable } from '../errors.js'
import type { ActionDefinition } from '../policy/action.js'
import { createRelay, type Relay } from '../relay/relay.js'
import type { KeyRing } from '../secret/key-ring.js'
import { newId } from '../secret/new-id.js'
import type { CodeFormat } from '../secret/security-code.js'
import { type SlowHashing, slowHashing } from '../secret/slow-digest.js'
import type { ChangeParts } from '../subject/change.js'
import { lane } from '../subject/lane.js'
import type { Subject } from '../subject/subject.js'
import type { Tell } from '../subject/tell.js'
import { carrier } from './carry.js'
import { certainStore } from './certain-store.js'
import type { CheckedParts } from './check-parts.js'
import type { Asking, StepUp, Unavailable, Whom } from './countersign.js'
import { type Identity, identities } from './identity.js'
import { createLinks, type Links } from './links.js'
import type { Log } from './log.js'
import { passTime } from './pass-time.js'
import { type PublicUrl, publicUrlOf } from './public-url.js'
import { tellFor } from './tell-for.js'

/** Everything that the verbs of one Countersign share, made once. */
export type Engine = Readonly<{
  checked: CheckedParts
  keys: KeyRing
  publicUrl: PublicUrl
  changes: ChangeParts
  feed: RevocationFeed
  relay: Relay
  tally: Tally
  links: Links
  /** The security code: its format and life, and the hashing of it. */
  code: SecurityCodes
  /** Proofs that a request was stepped up for, each good for one verb of the code; and whose they are, in which session. */
  stepUps: WeakMap<StepUp, Pick<Identity, 'subject' | 'session'>>
  /** How people are told of what happened. */
  tellFor(asking: Asking): Tell
  identityOf(whom: Whom): Identity
  readToken(token: string, now: Date): TokenClaims | undefined
  /** Whether `start` has run and `stop` has not; the start that is under way or done; whether it was ever stopped. */
  state: { running: boolean; relaying: boolean; stopped: boolean; starting?: Promise<void> | undefined }
}>

/** What the verbs of the security code share. */
export type SecurityCodes = Readonly<{
  format: CodeFormat
  delivery: CodeDelivery
  life: CodeLife
  hashing: SlowHashing
}>

export function createEngine(checked: CheckedParts): Engine {
  const { parts, keys, log } = checked
  const { audit } = parts.store
  const subjects = certainStore(parts.store.subjects)
  const state: Engine['state'] = { running: false, relaying: false, stopped: false }
  const publicUrl = publicUrlOf(parts)
  const links = createLinks(keys, publicUrl)
  const { cost, ...securityCode } = checked.securityCode
  const code = { ...securityCode, hashing: slowHashing(keys, cost) }
  const tellIn = (asking: Asking) => tellFor({ keys, links }, asking)
  const reportTrouble = troubleReporter(log)
  const feed = revocationFeed(subjects, reportTrouble)
  const changes: ChangeParts = {
    subjects,
    inLane: lane(),
    passTime: passTime({ life: code.life, newCodeId: newId, tellIn }),
    committed(subject, now) {
      noteRevocation(feed, subject, now)
      if (state.relaying && hasFresh(subject, now)) relay.kick(subject.id)
    },
  }
  const relay: Relay = createRelay({
    changes,
    audit,
    carry: carrier(checked, faultReporter(log)),
    delivered: withDelivery,
    reportTrouble,
    reportSetAside: (subject) =>
      log.error(
        { subject, code: 'ERR_COUNTERSIGN_KEYS' },
        'An entry of the outbox opens with no key here. It is kept; after an hour it is set aside. Put the missing key back into the ring.',
      ),
  })
  return {
    checked,
    keys,
    publicUrl,
    changes,
    feed,
    relay,
    tally: createTally(audit, newId()),
    links,
    code,
    stepUps: new WeakMap(),
    tellFor: tellIn,
    identityOf: identities(),
    readToken: tokenMemory(keys),
    state,
  }
}

const betweenReports = 10_000

/** Says at most every ten seconds that the store gives no answer: feed and relay ask twice a second. */
function troubleReporter(log: Log): (error: unknown) => void {
  return nowAndThen((error) =>
    log.error(
      { code: codeOfError(error, 'ERR_COUNTERSIGN_STORE_UNAVAILABLE'), reason: reasonOf(error) },
      'The store gave no answer; it is asked again.',
    ),
  )
}

/** Says as seldom that a channel, a limit or a hook threw instead of answering: what it should have done is tried again. */
function faultReporter(log: Log): (fault: unknown) => void {
  return nowAndThen((fault) =>
    log.error(
      { code: codeOfError(fault, 'ERR_COUNTERSIGN_DELIVERY'), reason: reasonOf(fault) },
      'A channel, the limits or a hook of the application threw. What it was to do is tried again.',
    ),
  )
}

function nowAndThen(report: (error: unknown) => void): (error: unknown) => void {
  let reportedAt = Number.NEGATIVE_INFINITY
  return function reportSeldom(error) {
    if (performance.now() - reportedAt < betweenReports) return
    reportedAt = performance.now()
    report(error)
  }
}

function codeOfError(error: unknown, otherwise: CountersignError['code']): CountersignError['code'] {
  return error instanceof CountersignError ? error.code : otherwise
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown'
}

/** Whether something waits that nobody tried yet. What was tried and what time ends is the polling's: a kick for it would never come to rest. */
function hasFresh({ outbox }: Subject, now: Date): boolean {
  return outbox.some(({ tries, due, setAside }) => tries === 0 && due <= now && !setAside)
}

function noteRevocation(feed: RevocationFeed, { id, revocation }: Subject, now: Date): void {
  if (revocation.at !== 'this-commit') return
  feed.note({
    subject: id,
    epoch: revocation.epoch,
    sessions: revocation.sessions.map(({ digest }) => digest),
    at: now,
  })
}

/** The definition of an action that the application named. */
export function definitionOf({ checked }: Engine, action: string): ActionDefinition {
  const { actions } = checked
  const definition = actions.get(action)
  if (definition) return definition
  throw new CountersignError(
    'ERR_COUNTERSIGN_UNKNOWN_ACTION',
    `There is no action "${action}". The actions are ${Object.keys(checked.parts.actions).join(', ')}; name a new one in "actions" of createCountersign().`,
  )
}

/** Stops a program that asks before `start`: nothing would send its messages and nothing would read revocations. */
export function requireRunning({ state }: Engine): void {
  if (state.running) return
  throw new CountersignError(
    'ERR_COUNTERSIGN_NOT_STARTED',
    'Countersign is not running. Write "await countersign.start()" before the first request is taken, and ask nothing after stop().',
  )
}

/** Runs a verb; a store without a certain answer is a refusal to try again later, never a verdict. */
export async function orUnavailable<O>(engine: Engine, verb: () => Promise<O>): Promise<O | Unavailable> {
  try {
    return await verb()
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error
    engine.checked.log.warn({ code: error.code, ...causeOf(error) }, error.message)
    return unavailable
  }
}

/** For the log alone: no answer to a client holds it. */
function causeOf({ cause }: Error): Readonly<{ cause?: string }> {
  return cause instanceof Error ? { cause: `${cause.name}: ${cause.message}`.slice(0, 300) } : {}
}

/** What a full outbox or a silent store is to a caller. */
export const unavailable: Unavailable = { outcome: 'unavailable', retryAfterSeconds: 2 }
