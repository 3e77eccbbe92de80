import type { Request, RequestHandler } from 'express'
import type { BankCountersign } from '../step-up.js'
import { customerOf } from './customer.js'
import { Problem } from './problem.js'

/** The contact over the address of the sign-in, and whether its person could confirm otherwise than over it. */
export type SignInContact = Readonly<{ id: string; another: boolean }>

const found = new WeakMap<Request, SignInContact>()

/** Looks up which contact a change of the address is about. Nobody is asked for a code for what would be refused after it. */
export function findSignInContact(countersign: BankCountersign): RequestHandler {
  return async function findSignInContactMiddleware(request, _response, next) {
    const { id: subject, email } = customerOf(request)
    const { ids, changesLeft } = await contactsOf(countersign, subject)
    if (changesLeft <= 0) throw new Problem('too-many-changes')
    const copy = await countersign.subjects.export({ subject })
    if (copy.outcome === 'unavailable') throw new Problem('unavailable', copy)
    const { contacts, securityCode } = copy.data

    // A copy names no ids, and has the contacts in the same order.
    const at = ids.length === 1 ? 0 : contacts.findIndex(({ address }) => address === email)
    const id = ids[at]
    const isSame = ids.join() === (await contactsOf(countersign, subject)).ids.join()
    // A change has come in that the people table has not heard of yet.
    if (id === undefined || !isSame) throw new Problem('unavailable', { retryAfterSeconds: 2 })
    const works = securityCode.state === 'active' || securityCode.state === 'expiring'
    found.set(request, { id, another: works || ids.length > 1 })
    next()
  }
}

/** The contact that `findSignInContact` found. */
export function signInContactOf(request: Request): SignInContact {
  const contact = found.get(request)
  if (!contact) throw new Error('This route stands without findSignInContact before it.')
  return contact
}

type Listed = Readonly<{ ids: readonly string[]; changesLeft: number }>

async function contactsOf(countersign: BankCountersign, subject: string): Promise<Listed> {
  const listed = await countersign.contacts.list({ subject })
  if (listed.outcome === 'unavailable') throw new Problem('unavailable', listed)
  return { ids: listed.contacts.map(({ id }) => id), changesLeft: listed.room.changes }
}
