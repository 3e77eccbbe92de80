import type { SubjectRef } from '@countersign/core'
import type { Door } from '@countersign/core/door'
import { type Identity, isObject } from '@countersign/express/door'
import type { Request } from 'express'
import type { SecurityCodeOptions } from './options.js'

/** Finds the user that Passport is told of: the application's, never one that a client described. Nobody is something falsy. */
export type SignedInUser = (request: Request, identity: Identity) => Promise<unknown>

/**
 * By `userOf`, else the one that the request carries, else one made of the subject. A request that carries somebody else than `identify`
 * named carries nobody: one of the two is wrong.
 */
export function signedInUser({ userOf }: Pick<SecurityCodeOptions, 'userOf'>, { log }: Door): SignedInUser {
  let told = false

  return async function userOfRequest(request, { whom: { subject } }) {
    if (userOf) return userOf(request)
    const user = userInRequest(request) ?? asUser(subject)
    if (!user || !isSomebodyElse(user, subject)) return user
    if (!told) log.error({ code: 'ERR_COUNTERSIGN_TWO_SUBJECTS' }, differing)
    told = true
    return undefined
  }
}

const differing =
  'request.user is somebody else than identify names, so that the code is refused with 401. Say who is who: new SecurityCodeStrategy({ countersign, identify, userOf: (request) => users.byId(request.session.userId) }).'

/** Passport keeps the user under the name that `initialize({ userProperty })` was given. */
function userInRequest(request: Request): unknown {
  const property: unknown = Reflect.get(request, '_userProperty')
  return Reflect.get(request, typeof property === 'string' ? property : 'user')
}

function asUser(subject: SubjectRef): object {
  return typeof subject === 'object' ? subject : { id: subject }
}

/** A user without an id of its own may be anybody, as far as can be told from here. Any other id is compared as it prints, such as an ObjectId. */
function isSomebodyElse(user: unknown, subject: SubjectRef): boolean {
  const id = isObject(user) ? user.id : user
  if (id === undefined || id === null) return false
  return !isPrintable(id) || String(id) !== String(typeof subject === 'object' ? subject.id : subject)
}

/** Every plain object prints as "[object Object]", so that this says nothing of whose it is. */
function isPrintable(id: unknown): boolean {
  return !isObject(id) || (typeof id.toString === 'function' && id.toString !== Object.prototype.toString)
}
