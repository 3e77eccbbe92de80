import { memoryStore } from '@countersign/memory'
import { type StillClock, stillClock } from '@countersign/testing'
import { type MessagePayload, openPayload } from '../src/countersign/notices.js'
import { type Door, doorOf } from '../src/door.js'
import {
  type Authorization,
  type Channel,
  type Countersign,
  type CountersignError,
  createCountersign,
  type Delivery,
  defineActions,
  type GrantedElevation,
  type KeyRing,
  keyRing,
  type Log,
  type Message,
  newKey,
  type Parts,
  type Store,
  type Subject,
  type SubjectRef,
  subjectIdOf,
} from '../src/index.js'

/** What the bank of these tests guards. */
export const actions = defineActions({
  'transfer.create': {
    binds: { amount: 'decimal', currency: 'currency', payee: 'iban' },
    requires: { level: 'code', mode: 'once' },
  },
  'notes.open': { requires: { level: 'code', mode: 'window' } },
  'home.show': { requires: 'nothing' },
})

export type BankActions = typeof actions

/** The fields of a transfer. */
export const fields = { amount: '250.00', currency: 'EUR', payee: 'CH9300762011623852957' }

/** Alice, signed in. */
export const alice = { subject: 'alice', session: 'a session of Alice, unguessable' }

export const aTransfer = { ...alice, action: 'transfer.create', bound: fields } as const
export const aLookAtNotes = { ...alice, action: 'notes.open' } as const

/** A channel that keeps what it is given; `answers` says what comes of a message. */
export function aMailbox(answers: (message: Message, signal: AbortSignal) => Delivery | Promise<Delivery> = accepted) {
  const messages: Message[] = []
  const channel: Channel = {
    kind: 'email',
    async send(message, signal) {
      messages.push(message)
      return answers(message, signal)
    },
  }
  return { channel, messages }
}

function accepted(): Delivery {
  return { outcome: 'accepted' }
}

/** A log that keeps its lines. */
export function aLog() {
  const lines: { level: 'info' | 'warn' | 'error'; fields: Readonly<Record<string, unknown>>; message: string }[] = []
  const at = (level: 'info' | 'warn' | 'error') => (fields: Readonly<Record<string, unknown>>, message: string) => {
    lines.push({ level, fields, message })
  }
  const log: Log = { info: at('info'), warn: at('warn'), error: at('error') }
  return { log, lines }
}

type Given = Partial<Omit<Parts<BankActions>, 'keys'>> &
  Readonly<{ clock?: StillClock; keys?: KeyRing; relay?: boolean; mailbox?: ReturnType<typeof aMailbox> }>

export type Bank = Readonly<{
  countersign: Countersign<BankActions>
  door: Door
  clock: StillClock
  store: Store
  keys: KeyRing
  messages: Message[]
  lines: ReturnType<typeof aLog>['lines']
  /** A subject as the store has it. */
  subject(ref?: SubjectRef): Promise<Subject>
  /** The newest code that waits in the outbox. */
  code(ref?: SubjectRef): Promise<string>
  /** The token of the "this was not me" link in the newest message that waits in the outbox. */
  notMeToken(ref?: SubjectRef): Promise<string>
  /** Empties the outbox, as a relay would. */
  carryOut(ref?: SubjectRef): Promise<void>
  /** Opens and answers rightly. */
  confirmed(request?: typeof aTransfer | typeof aLookAtNotes): Promise<GrantedElevation>
}>

/**
 * A bank on a memory store with a still clock. Its relay does not run unless asked to: codes are read in the outbox,
 * so that nothing happens beside the test.
 */
export async function aBank({ clock = stillClock(), relay = false, ...given }: Given = {}): Promise<Bank> {
  const { log, lines } = aLog()
  const mailbox = given.mailbox ?? aMailbox()
  const keys = given.keys ?? keyRing(newKey())
  const store = given.store ?? memoryStore({ clock })
  const countersign = createCountersign({
    channels: [mailbox.channel],
    actions,
    contactsOf: () => [{ kind: 'email', address: 'alice@mail.example', proved: true }],
    log,
    publicUrl: 'https://bank.example',
    ...given,
    store,
    keys,
  })
  await countersign.start({ relay })
  started.push(countersign)

  async function subject(ref: SubjectRef = alice.subject): Promise<Subject> {
    const { subject: found } = await store.subjects.load(subjectIdOf(ref))
    if (!found) throw new Error('There is no document of that subject.')
    return found
  }
  async function code(ref: SubjectRef = alice.subject): Promise<string> {
    return codesOf(keys, await subject(ref)).at(-1) ?? ''
  }
  async function notMeToken(ref: SubjectRef = alice.subject): Promise<string> {
    return tokenIn(payloadsOf(keys, await subject(ref)).at(-1)?.notMeUrl)
  }
  async function carryOut(ref: SubjectRef = alice.subject): Promise<void> {
    const { subject: found, revision } = await store.subjects.load(subjectIdOf(ref))
    if (found) await store.subjects.commit({ ...found, outbox: [] }, revision)
  }
  async function confirmed(request: typeof aTransfer | typeof aLookAtNotes = aTransfer): Promise<GrantedElevation> {
    const { id: challengeId } = opened(await countersign.challenges.open(request as typeof aTransfer))
    const { subject: ref, session } = request
    const answer = await countersign.challenges.answer({ subject: ref, session, challengeId, code: await code(ref) })
    if (answer.outcome !== 'passed') throw new Error(`The answer was ${answer.outcome}.`)
    return answer.elevation
  }
  return {
    countersign,
    door: doorOf(countersign),
    clock,
    store,
    keys,
    messages: mailbox.messages,
    lines,
    subject,
    code,
    notMeToken,
    carryOut,
    confirmed,
  }
}

const started: Countersign<BankActions>[] = []

/** Stops every bank; to be called after each test. */
export async function closed(): Promise<void> {
  await Promise.all(started.splice(0).map((countersign) => countersign.stop()))
}

/** The store with some verbs of its subjects done differently. */
export function withSubjects(store: Store, differently: Partial<Store['subjects']>): Store {
  const { subjects } = store
  const same: Store['subjects'] = {
    now: () => subjects.now(),
    load: (id) => subjects.load(id),
    commit: (subject, revision) => subjects.commit(subject, revision),
    claim: (leaseSeconds, id) => subjects.claim(leaseSeconds, id),
    release: (id, lease) => subjects.release(id, lease),
    findByContact: (digests) => subjects.findByContact(digests),
    revokedSince: (after, limit) => subjects.revokedSince(after, limit),
  }
  return { ...store, subjects: { ...same, ...differently } }
}

/** Codes that wait in an outbox, oldest first. */
export function codesOf(keys: KeyRing, subject: Subject): string[] {
  return payloadsOf(keys, subject).flatMap(({ code }) => code ?? [])
}

/** What stands in the sealed part of the messages that wait in an outbox, oldest first. */
export function payloadsOf(keys: KeyRing, { id, outbox }: Subject): MessagePayload[] {
  return outbox.flatMap((effect) => (effect.kind === 'message' ? (openPayload(keys, id, effect) ?? []) : []))
}

/** The token of a link. */
export function tokenIn(url: string | undefined): string {
  return new URL(url ?? '').searchParams.get('token') ?? ''
}

/** The challenge of an opening that went well. */
export function opened(outcome: Awaited<ReturnType<Countersign['challenges']['open']>>) {
  if (outcome.outcome !== 'opened') throw new Error(`The opening was ${outcome.outcome}.`)
  return outcome.challenge
}

/** A code of as many digits that is another one. */
export function otherThan(code: string, by = 1): string {
  const last = (Number(code.at(-1)) + by) % 10
  return `${code.slice(0, -1)}${last}`
}

/** The outcome alone, for a table. */
export function outcomeOf({ outcome }: { outcome: string } | Authorization): string {
  return outcome
}

/** What a call throws, or nothing. */
export function thrownBy(call: () => unknown): Partial<CountersignError> {
  try {
    call()
  } catch (error) {
    return error as CountersignError
  }
  throw new Error('Nothing was thrown.')
}

/** A promise with the means to end it. */
export function aPromise<T = void>() {
  let resolve: (value: T) => void = () => undefined
  let reject: (error: Error) => void = () => undefined
  const promise = new Promise<T>((keep, breaks) => {
    resolve = keep
    reject = breaks
  })
  return { promise, resolve, reject }
}
