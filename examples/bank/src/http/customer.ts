import type { NextFunction, Request, RequestHandler, Response } from 'express'
import type { People } from '../people/people.js'
import type { Person } from '../people/person.js'
import { whoIs } from '../sessions/session.js'
import { Problem } from './problem.js'
import { wantsPage } from './reply.js'

const customers = new WeakMap<Request, Person>()
const lookedUp = new WeakMap<Request, Promise<Person | undefined>>()

/** Lets signed-in customers through; the others are sent to sign in, and come back where they were. */
export function customersOnly(people: People): RequestHandler {
  return async function customersOnlyMiddleware(request, response, next) {
    const person = await whoLooks(people, request)
    if (!person) return signedOut(request, response, next)
    customers.set(request, person)
    response.locals.person = person.name
    next()
  }
}

/** Everybody may look; who is signed in is called by name. */
export function everybody(people: People): RequestHandler {
  return async function everybodyMiddleware(request, response, next) {
    const person = await whoLooks(people, request)
    if (person) response.locals.person = person.name
    next()
  }
}

/** Whoever is signed in, unless the session was ended from elsewhere. Looked up once a request. */
export function whoLooks(people: People, request: Request): Promise<Person | undefined> {
  const before = lookedUp.get(request)
  if (before) return before
  const person = lookUp(people, request)
  lookedUp.set(request, person)
  return person
}

async function lookUp(people: People, request: Request): Promise<Person | undefined> {
  const id = whoIs(request)
  const person = id === undefined ? undefined : await people.byId(id)
  const ended = person?.sessionsEndedAt?.getTime() ?? 0
  const wentOn = person?.sessionKept ? request.session.countersign?.key === person.sessionKept : false
  return wentOn || (request.session.signedInAt ?? 0) > ended ? person : undefined
}

/** The customer whom `customersOnly` let through. */
export function customerOf(request: Request): Person {
  const person = customers.get(request)
  if (!person) throw new Error('This route stands without customersOnly before it.')
  return person
}

/** Answers a request of nobody. */
export function signedOut(request: Request, response: Response, next: NextFunction): void {
  const returnTo = request.method === 'GET' ? `?returnTo=${encodeURIComponent(request.originalUrl)}` : ''
  if (wantsPage(request)) response.redirect(303, `/sign-in${returnTo}`)
  else next(new Problem('not-signed-in'))
}
