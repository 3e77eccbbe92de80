import { isBindingOf } from '../challenge/binding.js'
import type { Contact } from '../delivery/contact.js'
import type { Elevation } from '../elevation/elevation.js'
import type { TokenClaims } from '../elevation/elevation-token.js'
import { holds } from '../elevation/holds.js'
import { useElevation } from '../elevation/use-elevation.js'
import { CountersignError } from '../errors.js'
import type { Factor } from '../factor/usable-factors.js'
import type { ActionDefinition, BoundValues } from '../policy/action.js'
import { decide } from '../policy/decide.js'
import { checkBoundValues } from '../policy/field.js'
import { newId } from '../secret/new-id.js'
import { change } from '../subject/change.js'
import { newSubject, type Subject } from '../subject/subject.js'
import { lockedUntil } from '../throttle/throttle.js'
import { contactsOf } from './contacts-of.js'
import type { Asking, Authorization, Preview, StepUp, UsableFactor, Whom } from './countersign.js'
import type { Earned } from './door.js'
import { definitionOf, type Engine, orUnavailable, requireRunning, unavailable } from './engine.js'
import { factorsOf } from './factors-of.js'
import type { Identity } from './identity.js'

/** A situation whose action is known by name only. */
export type PlainSituation = Whom &
  Asking &
  Readonly<{ action: string; bound?: BoundValues; context?: string; elevations?: readonly string[] }>

type Question = Readonly<{
  engine: Engine
  situation: PlainSituation
  definition: ActionDefinition
  bound: BoundValues
  openedBy?: Whom['openedBy']
  identity: Identity
}>

/** The one verb that allows; what is good for one use it spends in the same commit. */
export async function authorize(engine: Engine, situation: PlainSituation): Promise<Authorization> {
  const question = asQuestion(engine, situation)
  if (question.definition.requires === 'nothing') return allowed(question, nothingRequired())
  requireRunning(engine)
  const authorization = await orUnavailable(engine, () => byElevation(question))
  if (authorization.outcome !== 'allow')
    engine.tally.count('guard.refused', question.identity.subject, situation.action, authorization.outcome)
  return authorization
}

/** What would be asked; never allows and spends nothing. */
export async function preview(engine: Engine, situation: PlainSituation): Promise<Preview> {
  const question = asQuestion(engine, situation)
  if (question.definition.requires === 'nothing') return 'nothing-needed'
  requireRunning(engine)
  const { outcome } = await orUnavailable(engine, async () =>
    (await windowThatHolds(question)) ? { outcome: 'held' as const } : refusal(question),
  )
  if (outcome === 'held') return 'nothing-needed'
  if (outcome === 'code-needed') return 'code-needed'
  return outcome === 'unavailable' ? 'unavailable' : 'denied'
}

function asQuestion(engine: Engine, situation: PlainSituation): Question {
  const definition = definitionOf(engine, situation.action)
  const checked = checkBoundValues(definition, situation.bound)
  if (checked.outcome === 'malformed') {
    throw new CountersignError(
      'ERR_COUNTERSIGN_BOUND',
      `The action "${situation.action}" was asked for with a "${checked.field}" that ${checked.problem}. Give exactly the fields that it binds.`,
    )
  }
  const { openedBy } = situation
  const identity = engine.identityOf(situation)
  return { engine, situation, definition, bound: checked.bound, identity, ...(openedBy && { openedBy }) }
}

async function byElevation(question: Question): Promise<Authorization> {
  if (question.definition.requires !== 'nothing' && question.definition.requires.mode === 'once')
    return byOneShot(question)
  const held = await windowThatHolds(question)
  if (!held) return refusal(question)
  question.engine.tally.count('window.used', question.identity.subject, question.situation.action, 'held')
  return allowed(question, held)
}

/** The first presented elevation that spends; a spent one answers for itself. */
async function byOneShot(question: Question): Promise<Authorization> {
  const { engine, situation, identity } = question
  for (const { elevation } of presented(question, 'once')) {
    const use = {
      id: elevation.id,
      session: identity.session,
      action: situation.action,
      binds: bindingFor(question),
    }
    if (!use.binds(elevation.binding)) continue
    const used = await change(engine.changes, identity.subject, (subject, now) => useElevation(subject, use, now))
    if (used.outcome === 'used') return allowed(question, used.elevation)
    if (used.outcome === 'already-used') return used
    if (used.outcome === 'full') return unavailable
  }
  return refusal(question)
}

/** Whether a binding is that of the question's action, fields and context. */
function bindingFor({ engine, situation: { action, context }, bound }: Question): (binding: string) => boolean {
  return (binding) => isBindingOf(engine.keys, binding, { action, bound, context })
}

/** Elevations that came with the request and are this session's, this action's and in time. */
function presented({ engine, situation, identity }: Question, mode: Elevation['mode']): readonly TokenClaims[] {
  const { elevations = [], action } = situation
  if (elevations.length === 0) return []
  const now = engine.changes.subjects.now()
  const claims: TokenClaims[] = []
  for (const token of elevations.slice(0, 8)) {
    const read = engine.readToken(token, now)
    if (read && read.subject === identity.subject && isFor(read.elevation, identity, action, mode)) claims.push(read)
  }
  return claims
}

function isFor(
  elevation: TokenClaims['elevation'],
  { session }: Identity,
  action: string,
  mode: Elevation['mode'],
): boolean {
  return elevation.session === session && elevation.action === action && elevation.mode === mode
}

/** Without I/O while the feed is fresh; else the document decides. */
async function windowThatHolds(question: Question): Promise<TokenClaims['elevation'] | undefined> {
  const { engine, identity } = question
  for (const claims of presented(question, 'window')) {
    if (engine.feed.vouchesFor(claims)) return claims.elevation
    const { subject, now } = await engine.changes.subjects.load(identity.subject)
    if (subject && holds(subject, claims, now)) return claims.elevation
  }
  return undefined
}

/** The process's own time: nothing was proved, and what needs nothing must not fail with the store. */
function nothingRequired(): Pick<Elevation, 'mode' | 'id' | 'level' | 'amr' | 'at'> {
  return { mode: 'window', id: '', level: 'base', amr: [], at: new Date(performance.timeOrigin + performance.now()) }
}

function allowed(
  { engine, situation, bound, identity }: Question,
  { mode, id, level, amr, at }: Pick<Elevation, 'mode' | 'id' | 'level' | 'amr' | 'at'>,
): Authorization {
  const stepUp: StepUp = Object.freeze({
    id: mode === 'once' ? id : newId(),
    subject: identity.person,
    action: situation.action,
    bound: Object.freeze(bound),
    level,
    amr,
    at,
  })
  if (mode === 'once') engine.stepUps.set(stepUp, identity)
  return { outcome: 'allow', stepUp }
}

/** Why not, and what would help. Writes nothing and sends nothing. */
async function refusal(question: Question): Promise<Authorization> {
  const { engine, situation, definition, bound, identity } = question
  const { requires } = definition
  if (requires === 'nothing') return unavailable
  const { subject = newSubject(identity.subject), now } = await engine.changes.subjects.load(identity.subject)
  const today = engine.changes.passTime(subject, now)
  const factors = factorsOf(engine, question, today, { contacts: await knownContacts(engine, subject, now) }, now)
  const until = lockedUntil(today.throttle, now)
  const decision = decide(requires, { held: false, factors: factors.length, ...(until && { lockedUntil: until }) })
  if (decision.reason === 'locked') return { outcome: 'locked', retryAt: decision.until }
  if (decision.reason === 'no factor')
    return { outcome: 'no-factor', add: engine.checked.parts.channels.map(({ kind }) => kind) }
  return {
    outcome: 'code-needed',
    action: situation.action,
    level: requires.level,
    mode: requires.mode,
    shown: bound,
    factors: factors.map(asUsable),
    askedAt: now,
  }
}

function knownContacts(engine: Engine, subject: Subject, now: Date): readonly Contact[] | Promise<readonly Contact[]> {
  return subject.contacts.length > 0 ? subject.contacts : contactsOf(engine, subject, now)
}

/** What a token is for, if it is verified, in time and of this subject and session; whether it was used stands in the document. */
export function readElevation(
  { readToken, identityOf, changes }: Engine,
  whom: Whom,
  token: string,
): Pick<Elevation, 'action' | 'mode' | 'at'> | undefined {
  const { subject, session } = identityOf(whom)
  const read = readToken(token, changes.subjects.now())
  const isTheirs = read?.subject === subject && read.elevation.session === session
  return read && isTheirs
    ? { action: read.elevation.action, mode: read.elevation.mode, at: read.elevation.at }
    : undefined
}

/** The presented elevations of this very question, as they were earned; nothing is asked of the store, and nothing is allowed by it. */
export function earned(engine: Engine, situation: PlainSituation): readonly Earned[] {
  const question = asQuestion(engine, situation)
  const { requires } = question.definition
  if (requires === 'nothing') return []
  const binds = bindingFor(question)
  return presented(question, requires.mode)
    .map(({ elevation }) => elevation)
    .filter(({ mode, binding }) => mode === 'window' || binds(binding))
    .map(({ mode, level, amr, at, expiresAt }) => ({ mode, level, amr, at, expiresAt }))
}

function asUsable(factor: Factor): UsableFactor {
  const { id, kind } = factor
  return kind === 'security-code' ? { id, kind } : { id, kind, destination: factor.contact.masked }
}
