import { type ActionName, type Actions, type Countersign, CountersignError } from '@countersign/core'
import { type Door, doorOf } from '@countersign/core/door'
import type { Awaitable, StepUpOptions } from '@countersign/express'
import {
  type CookieNames,
  cookieNames,
  type Identification,
  identification,
  knownAction,
  ownHosts,
} from '@countersign/express/door'
import type { Request } from 'express'
import { type SignedInUser, signedInUser } from './signed-in-user.js'

/** What the strategy is made of. Only `countersign` and `identify` are needed; what has the name of an option of `stepUp()` means the same. */
export type SecurityCodeOptions<A extends Actions = Actions> = Pick<
  StepUpOptions,
  'identify' | 'keepInSession' | 'language' | 'timeZone' | 'place'
> &
  Readonly<{
    /** What `createCountersign()` gave. */
    countersign: Countersign<A>
    /** Answers challenges of this action only; any other is as unknown as none. Without it, look at `action` of what was earned. */
    action?: ActionName<A>
    /**
     * The user that Passport is told of, such as a row of your table; nobody (null, undefined, false) is refused before a code is compared.
     * Without it: `request.user`, if its `id` is the subject that `identify` named or it has none; or `{ id }` with that subject where the
     * request carries no user.
     */
    userOf?: (request: Request) => Awaitable<unknown>
    /** The name of the body field with the challenge's id [`challenge`]. */
    challengeField?: string
    /** The name of the body field with the typed code [`code`]. */
    codeField?: string
  }>

/** What the parts of the strategy share, checked once. */
export type Parts = Readonly<{
  door: Door
  challenges: Pick<Countersign['challenges'], 'read' | 'answer'>
  who: Identification
  userOf: SignedInUser
  cookies: CookieNames
  /** Whether browsers reach the application by TLS: decides on `Secure` and `__Host-`. */
  secure: boolean
  options: Omit<SecurityCodeOptions, 'countersign'>
}>

/**
 * @throws CountersignError `ERR_COUNTERSIGN_NOT_A_COUNTERSIGN`, `ERR_COUNTERSIGN_IDENTIFY`, `ERR_COUNTERSIGN_UNKNOWN_ACTION`: each
 *   says what to write.
 */
export function partsOf<A extends Actions>(given: SecurityCodeOptions<A>): Parts {
  const door = doorOf(given?.countersign)
  checkIdentify(given.identify)
  const { countersign, ...options } = given
  if (options.action !== undefined) knownAction(door, options.action)
  const { secure } = ownHosts(door.publicUrl, [])
  return {
    door,
    challenges: countersign.challenges,
    who: identification(options.identify, door),
    userOf: signedInUser(options, door),
    cookies: cookieNames(secure),
    secure,
    options,
  }
}

function checkIdentify(identify: unknown): void {
  if (typeof identify === 'function') return
  throw new CountersignError(
    'ERR_COUNTERSIGN_IDENTIFY',
    'SecurityCodeStrategy was not told who sends a request. Write: new SecurityCodeStrategy({ countersign, identify: (request) => request.session }).',
  )
}
