import type { NextFunction, Request, Response } from 'express'
import { insufficientRefusal, refusalOf } from './answering/refusals.js'
import { refuse } from './answering/refuse.js'
import type { Schemes } from './answering/www-authenticate.js'
import type { Authenticate, Authentication } from './authenticate.js'
import { unmetBy } from './demand/demand.js'
import type { Demand } from './options.js'
import type { Settings } from './settings.js'
import { keepToken } from './token-of.js'

/** A guard as Express runs it. */
export type Guard = (request: Request, response: Response, next: NextFunction) => void

/** What the guards of one resource server share. */
export type Parts = Readonly<{ settings: Settings; authenticate: Authenticate; schemes: Schemes }>

type Verified = Extract<Authentication, { outcome: 'verified' }>

/** A request goes on only with a verified token behind which is what the guard asks for; whatever else happens ends here. */
export function guard({ settings, authenticate, schemes }: Parts, demand: Demand): Guard {
  const { levels, clockToleranceSeconds } = settings

  return function requireTokenMiddleware(request, response, next) {
    const authentication = authenticate(request)
    if (authentication instanceof Promise)
      authentication.then((later) => settle(later, request, response, next)).catch(next)
    else settle(authentication, request, response, next)
  }

  function settle(authentication: Authentication, request: Request, response: Response, next: NextFunction): void {
    if (authentication.outcome === 'verified') judge(authentication, request, response, next)
    else refuse(request, response, refusalOf(authentication, schemes))
  }

  function judge({ token, scheme }: Verified, request: Request, response: Response, next: NextFunction): void {
    const unmet = unmetBy(levels, demand, { token, nowSeconds: Math.floor(Date.now() / 1000), clockToleranceSeconds })
    if (unmet) refuse(request, response, insufficientRefusal(scheme, unmet))
    else {
      keepToken(request, token)
      next()
    }
  }
}
