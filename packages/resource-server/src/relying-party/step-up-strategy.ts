import { CountersignError } from '@countersign/core'
import type { Request } from 'express'
import {
  type AuthenticateOptions,
  Strategy,
  type StrategyOptions,
  type StrategyOptionsWithRequest,
  type VerifyFunction,
  type VerifyFunctionWithRequest,
} from 'openid-client/passport'
import type { AuthenticateCallback, StrategyCreated, StrategyCreatedStatic } from 'passport'
import type { AcrLevel } from '../options.js'
import { assertAuthentication, type Wanted } from './assert-authentication.js'
import { type StepUpParametersOptions, stepUpParameters } from './step-up-parameters.js'

/** What the strategy asks for beside the options of openid-client's. */
export type StepUpOptions = StepUpParametersOptions &
  Readonly<{
    /** What every sign-in has to be [anything]. `askingFor` asks for more once. */
    wanted?: Wanted
    /** All levels, weakest first: a stronger one then suffices, too. */
    levels?: readonly AcrLevel[]
  }>

/** Options for `passport.authenticate` that ask for a level. */
export type AskingOptions = AuthenticateOptions & Readonly<{ wanted?: Wanted }>

type Tokens = Parameters<VerifyFunction>[0]

/**
 * What one sign-in has to be, for `passport.authenticate`. A challenge of an API fits.
 *
 * @example
 * app.get('/confirm', passport.authenticate('bank', askingFor({ acrValues: ['2'], maxAgeSeconds: 300 })))
 */
export function askingFor(wanted: Wanted, options: AuthenticateOptions = {}): AskingOptions {
  return { ...options, wanted }
}

/**
 * openid-client's Passport strategy, which asks for a level and looks whether it came. What was asked is kept in the session until the
 * answer comes, so that taking a parameter out of the address gains nothing.
 *
 * An answer that is weaker or older than asked fails (`passport.authenticate` answers 401 or goes to `failureRedirect`) before `verify` is
 * called. Decide later by the `acr` that you keep of `tokens.claims()`, not by the address that was called.
 *
 * @example
 * passport.use('bank', new StepUpStrategy({ config, callbackURL, scope: 'openid', levels }, (tokens, verified) => {
 *   verified(null, { id: tokens.claims()?.sub, acr: tokens.claims()?.acr })
 * }))
 */
export class StepUpStrategy extends Strategy {
  // Passport makes an object of each request that inherits from this one: it reaches no #private field.
  private readonly stepUp: StepUpOptions
  private readonly askedKey: string

  constructor(options: StrategyOptions & StepUpOptions, verify: VerifyFunction)
  constructor(options: StrategyOptionsWithRequest & StepUpOptions, verify: VerifyFunctionWithRequest)
  constructor(
    options: (StrategyOptions | StrategyOptionsWithRequest) & StepUpOptions,
    verify: VerifyFunction | VerifyFunctionWithRequest,
  ) {
    const verifier = options.passReqToCallback
      ? (verify as VerifyFunctionWithRequest)
      : withoutRequest(verify as VerifyFunction)
    super({ ...options, passReqToCallback: true }, (request, tokens, verified) =>
      this.verifyStepUp(request, tokens, verified, verifier),
    )
    this.stepUp = options
    this.askedKey = `countersign:${options.sessionKey ?? this.name}`
  }

  override authenticate<Options extends AuthenticateOptions>(
    this: StrategyCreated<this, this & StrategyCreatedStatic>,
    request: Request,
    options: Options,
  ): void {
    Strategy.prototype.authenticate.call(this, request, { ...options, passReqToCallback: true })
  }

  override authorizationRequestParams<Options extends AuthenticateOptions>(
    request: Request,
    options: Options,
  ): URLSearchParams {
    const { wanted = this.stepUp.wanted ?? {} } = options as AskingOptions
    Object.assign(sessionOf(request), { [this.askedKey]: wanted })
    const parameters = new URLSearchParams(super.authorizationRequestParams(request, options))
    for (const [name, value] of Object.entries(stepUpParameters(wanted, this.stepUp))) parameters.set(name, value)
    return parameters
  }

  private async verifyStepUp(
    request: Request,
    tokens: Tokens,
    verified: AuthenticateCallback,
    verifier: VerifyFunctionWithRequest,
  ): Promise<void> {
    const session = sessionOf(request)
    const { [this.askedKey]: asked } = session
    delete session[this.askedKey]
    try {
      assertAuthentication(tokens.claims(), (asked as Wanted | undefined) ?? this.stepUp.wanted ?? {}, this.stepUp)
    } catch (error) {
      if (!(error instanceof CountersignError)) throw error
      return verified(null, false, { message: error.message })
    }
    return verifier(request, tokens, verified)
  }
}

function withoutRequest(verify: VerifyFunction): VerifyFunctionWithRequest {
  return (_request, tokens, verified) => verify(tokens, verified)
}

/** openid-client has looked already that there is one. */
function sessionOf(request: Request): Record<string, unknown> {
  return Reflect.get(request as object, 'session')
}
