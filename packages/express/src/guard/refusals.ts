import type { ActionInWords, Authorization } from '@countersign/core'
import { problem } from '../answering/problem.js'
import { type Refusal, secondsUntil } from '../answering/respond.js'
import type { Page } from '../pages/page.js'

/** A refusal that no code would change now. */
export type FinalRefusal = Exclude<Authorization, { outcome: 'allow' | 'code-needed' }>

/** Where a refused person goes. `home`: where it can be seen what was carried out, which a form does not show. */
export type Ways = Readonly<{ back: string; tryAgain: string; home: string; now: Date }>

/** What a client hears of a refusal that no code would change now. */
export function finalRefusal(refused: FinalRefusal, ways: Ways): Refusal {
  const { back } = ways
  switch (refused.outcome) {
    case 'already-used':
      return {
        problem: problem('step-up-already-used', { id: refused.id, usedAt: refused.usedAt }),
        page: { page: 'already-used', at: refused.usedAt, see: ways.home },
      }
    case 'no-factor':
      return { problem: problem('step-up-unavailable', { add: refused.add }), page: { page: 'no-factor', back } }
    case 'denied':
      return {
        problem: problem('step-up-denied', { reference: refused.reference }),
        page: { page: 'denied', reference: refused.reference, back },
      }
    case 'locked':
      return lockedRefusal(refused.retryAt, ways, 403)
    case 'unavailable':
      return unavailableRefusal(refused.retryAfterSeconds, ways.tryAgain)
  }
}

/** Codes pause: 403 from a guard, 423 from the challenge routes. */
export function lockedRefusal(retryAt: Date, { back, now }: Pick<Ways, 'back' | 'now'>, status: 403 | 423): Refusal {
  return {
    problem: problem('step-up-locked', { retryAt }, status),
    page: { page: 'locked', retryAt, back },
    retryAfterSeconds: secondsUntil(retryAt, now),
  }
}

/** No certain answer: 503. */
export function unavailableRefusal(retryAfterSeconds: number, tryAgain: string): Refusal {
  return { problem: problem('unavailable'), page: { page: 'unavailable', tryAgain }, retryAfterSeconds }
}

/** The facts stand on every page of a refusal that has a place for them. */
export function withFacts(page: Page, action: ActionInWords): Page {
  switch (page.page) {
    case 'already-used':
    case 'no-factor':
    case 'denied':
    case 'locked':
    case 'unavailable':
      return { ...page, action }
    default:
      return page
  }
}

/** Nobody is signed in. */
export function notSignedIn(home: string): Refusal {
  return { problem: problem('not-signed-in'), page: { page: 'not-signed-in', home } }
}

/** Not what this route takes. Says nothing of what came. */
export function malformedRefusal(back: string): Refusal {
  return { problem: problem('malformed'), page: { page: 'malformed', back } }
}
