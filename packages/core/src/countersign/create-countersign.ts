import type { ActionName, Actions } from '../policy/action.js'
import { checkBoundValues } from '../policy/field.js'
import { actionInWords } from '../policy/words.js'
import { keyedDigest } from '../secret/key-ring.js'
import { subjectIdOf } from '../subject/subject-id.js'
import { answer } from './answers.js'
import { authorize, earned, preview, readElevation } from './authorize.js'
import { cancel, challengeOf, open, read, resend } from './challenges.js'
import { checkParts } from './check-parts.js'
import * as codes from './codes.js'
import * as contacts from './contacts.js'
import type { All, Authorization, Countersign, OpenRequest, Situation } from './countersign.js'
import { declareAction } from './declare-action.js'
import { type Door, keepDoor } from './door.js'
import { revoke } from './elevations.js'
import { createEngine, definitionOf, type Engine } from './engine.js'
import * as identities from './identities.js'
import * as newCodes from './new-codes.js'
import { notMeToken, notMeTokenAbout, readNotMe, stopNotMe } from './not-me.js'
import type { Parts } from './parts.js'
import { acceptProof, prove, readProof } from './proofs.js'
import { healthOf, start, stop } from './running.js'
import * as subjects from './subjects.js'
import { createTickets } from './tickets.js'

/**
 * Makes the step-up of one application from its parts. Nothing runs before `start()`.
 *
 * @throws CountersignError for the first part that cannot work: `ERR_COUNTERSIGN_NO_STORE`, `_NO_CHANNEL`, `_ACTION`,
 *   `_LEVEL_UNREACHABLE`, `_KEYS`, `_KEYS_MISSING`, `_LIMIT`, `_PUBLIC_URL`. Each message says what came and what to write.
 * @example
 * const countersign = createCountersign({
 *   store: memoryStore(),
 *   channels: [emailChannel({ smtp: process.env.SMTP_URL, from: 'Example Bank <codes@bank.example>' })],
 *   contactsOf: (subject) => users.byId(subject).then((user) => user && [{ kind: 'email', address: user.email, proved: user.emailProved }]),
 *   actions: { 'transfer.create': { binds: { amount: 'decimal', currency: 'currency', payee: 'iban' }, requires: { level: 'code', mode: 'once' } } },
 * })
 */
export function createCountersign<const A extends Actions>(parts: Parts<A>): Countersign<A> {
  const engine = createEngine(checkParts(parts))
  // Verbs are async, so that they reject and never throw: of several that are started at once, one that threw would leave the rejections of the others to nobody.
  const countersign: Countersign<A> = {
    start: (options) => start(engine, options),
    stop: () => stop(engine),
    health: () => healthOf(engine),
    authorize: <N extends ActionName<All<A>>>(situation: Situation<All<A>, N>) =>
      authorize(engine, situation) as Promise<Authorization<All<A>, N>>,
    preview: (situation) => preview(engine, situation),
    challenges: {
      open: async <N extends ActionName<All<A>>>(request: OpenRequest<All<A>, N>) => open(engine, request),
      read: async (request) => read(engine, request),
      answer: async (request) => answer(engine, request),
      resend: async (request) => resend(engine, request),
      cancel: async (request) => cancel(engine, request),
    },
    elevations: { revoke: async (request) => revoke(engine, request) },
    contacts: {
      list: async (request) => contacts.list(engine, request),
      claim: async (request) => contacts.claim(engine, request),
      sendProof: async (request) => contacts.sendProof(engine, request),
      resendProof: async (request) => contacts.resendProof(engine, request),
      withdraw: async (request) => contacts.withdraw(engine, request),
      prove: async (request) => prove(engine, request),
      correct: async (request) => contacts.correct(engine, request),
      change: async (request) => contacts.changeContact(engine, request),
      remove: async (request) => contacts.remove(engine, request),
      replace: async (request) => contacts.replace(engine, request),
    },
    codes: {
      status: async (request) => codes.status(engine, request),
      issue: async (request) => newCodes.issue(engine, request),
      show: async (request) => codes.show(engine, request),
      activate: async (request) => codes.activate(engine, request),
      rotate: async (request) => newCodes.rotate(engine, request),
      revoke: async (request) => codes.revoke(engine, request),
    },
    identities: {
      record: async (request) => identities.record(engine, request),
      read: async (request) => identities.read(engine, request),
    },
    subjects: {
      unlock: async (request) => subjects.unlock(engine, request),
      activity: async (request) => subjects.activity(engine, request),
      export: async (request) => subjects.exportOf(engine, request),
      erase: async (request) => subjects.erase(engine, request),
    },
  }
  keepDoor(countersign, createDoor(engine))
  return countersign
}

function createDoor(engine: Engine): Door {
  const { checked, keys, links, publicUrl, changes } = engine
  const now = () => changes.subjects.now()
  return {
    log: checked.log,
    now,
    actions: checked.actions,
    publicUrl: publicUrl.fixed,
    endsSessions: checked.parts.endSessions !== undefined,
    codeDigits: checked.codeDigits,
    securityCode: checked.parts.securityCode ? engine.code.format : undefined,
    declare: (action, definition) => declareAction(engine, action, definition),
    mountedAt: links.mountedAt,
    sessionKey: (subject, sessionId) => keyedDigest(keys, 'session', [subjectIdOf(subject), sessionId]),
    readElevation: (whom, token) => readElevation(engine, whom, token),
    earned: (question) => earned(engine, question),
    challengeOf: (question) => challengeOf(engine, question),
    checkBound: (action, bound) => checkBoundValues(definitionOf(engine, action), bound),
    authorize: (situation) => authorize(engine, situation),
    open: async ({ ticket, ...request }) =>
      open(engine, { ...request, action: ticket.action, bound: ticket.bound, askedAt: ticket.askedAt }),
    tickets: createTickets(keys, engine.identityOf, now),
    words: (action, bound, language) => actionInWords(definitionOf(engine, action), bound, language, 'page'),
    notMe: {
      tokenFor: (whom, challengeId) => notMeToken(engine, whom, challengeId),
      tokenAbout: (whom, event) => notMeTokenAbout(engine, whom, event),
      read: (token) => readNotMe(engine, token),
      stop: (token) => stopNotMe(engine, token),
    },
    proofs: {
      read: (token) => readProof(engine, token),
      accept: (token, asking) => acceptProof(engine, token, asking),
    },
  }
}
