import type { Actions, Whom } from '@countersign/core'
import { watchSessionOf } from '@countersign/express/door'
import type { Request } from 'express'
import CustomStrategy from 'passport-custom'
import { answer } from './answer.js'
import { keepSessionAtLogIn } from './keep-session-at-log-in.js'
import { partsOf, type SecurityCodeOptions } from './options.js'
import {
  type EarnedElevation,
  earned,
  type Refusal,
  refusalInfo,
  type SecurityCodePassed,
  statusOf,
} from './outcome.js'

/** What Passport puts on a strategy for a request: the ways to answer it. */
type PassportActions = {
  success(user: unknown, info: SecurityCodePassed): void
  fail(refusal: Refusal, status: number): void
  error(error: unknown): void
}

type Verified = (error: unknown, user?: unknown, info?: object) => void
type Strategy = { readonly name: string; authenticate(request: Request, options?: object): void }

/** passport-custom, whose types know no other name than its own. */
const NamedStrategy = CustomStrategy as new (verify: (request: Request, verified: Verified) => void) => Strategy

/**
 * A Passport strategy that answers a challenge of Countersign: in a live session, or as the second step of a login. It raises the
 * session that there is and logs nobody in who was not there before.
 *
 * - A right code: `success` with the user that the application knows already, and the elevation as `info`. The session has a new id by
 *   then, with everything in it; with `session: true` Passport leaves it so.
 * - Anything else: `fail` with the outcome as `info`, and the status that the challenge routes answer with.
 * - A store that gave no certain answer: `error` with a `StoreUnavailable` (`status` 503, `headers` with `Retry-After`). A set-up that
 *   cannot work goes there too, and what the application's own functions throw; nothing that a client sends does.
 *
 * @throws CountersignError `ERR_COUNTERSIGN_NOT_A_COUNTERSIGN`, `ERR_COUNTERSIGN_IDENTIFY`, `ERR_COUNTERSIGN_UNKNOWN_ACTION`.
 * @example
 * passport.use(new SecurityCodeStrategy({ countersign, identify: (request) => request.session }))
 * app.post('/confirm', passport.authenticate('security-code', { session: false }), showConfirmed)
 */
export class SecurityCodeStrategy<A extends Actions = Actions> extends NamedStrategy {
  override readonly name = 'security-code'

  /**
   * Who sends a request, as `countersign.challenges` and `authorize` want to be told; `undefined` for nobody. Asks `identify` anew, so
   * that it may be called right after a login.
   *
   * @example
   * const whom = await securityCode.whomOf(request)
   * const opened = whom && (await countersign.challenges.open({ ...whom, action: 'login.complete' }))
   */
  readonly whomOf: (request: Request) => Promise<Whom | undefined>

  /** What a right answer in this very request earned. */
  readonly elevationOf: (request: Request) => EarnedElevation | undefined

  constructor(options: SecurityCodeOptions<A>) {
    const parts = partsOf(options)
    const elevations = new WeakMap<object, EarnedElevation>()

    super(function answerRequest(request, verified) {
      answerAs(request)
        .then(([user, info]) => verified(undefined, user, info))
        .catch((reason: unknown) => verified(reason || new Error('It failed without a reason.')))
    })
    this.elevationOf = (request) => elevations.get(request)
    this.whomOf = async (request) => {
      watchSessionOf(request)
      parts.who.forget(request)
      return (await parts.who.of(request))?.whom
    }

    async function answerAs(request: Request): Promise<[user: unknown, info: object]> {
      const answered = await answer(parts, request)
      if (answered.outcome !== 'passed') return [false, refusalInfo(answered)]
      const elevation = earned(answered.elevation)
      elevations.set(request, elevation)
      return [answered.user, { outcome: 'passed', elevation } satisfies SecurityCodePassed]
    }
  }

  /** Called by Passport. */
  override authenticate(request: Request, options?: object): void {
    super.authenticate.call(answering(this, request), request, options)
  }
}

/**
 * The strategy for one request. Passport puts its actions on a strategy that `authenticate` was given itself, over those of the request
 * before: they are taken now, so that no answer reaches another request.
 */
function answering<S extends Strategy>(strategy: S, request: Request): S {
  const { success, fail, error } = strategy as S & PassportActions
  const actions: PassportActions = {
    success(user, info) {
      keepSessionAtLogIn(request, user)
      success.call(strategy, user, info)
    },
    fail(refusal) {
      fail.call(strategy, refusal, statusOf(refusal))
    },
    error(reason) {
      error.call(strategy, reason)
    },
  }
  return Object.assign(Object.create(strategy), actions)
}
