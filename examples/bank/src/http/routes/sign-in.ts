import { Router } from 'express'
import { z } from 'zod'
import { emptyForm, type Page } from '../../pages/page.js'
import { whoSignsIn } from '../../people/password.js'
import { canonicalEmail, longestPassword } from '../../people/person.js'
import { beginSession, endSession, sessionCookie, whoIs } from '../../sessions/session.js'
import type { BankParts } from '../bank-parts.js'
import { shaped } from '../body.js'
import { perMinute } from '../client-limits.js'
import { Problem } from '../problem.js'
import { ownPath, sendDone, sendEither, sendPage, wantsPage } from '../reply.js'

const credentials = z.strictObject({ email: z.string(), password: z.string(), returnTo: z.string().optional() })
const nothing = z.strictObject({})

/** Coming in and going out. */
export function signInRoutes({ people, stepUp, clientLimits }: BankParts, publicUrl: URL): Router {
  const routes = Router()
  const limit = clientLimits ? [perMinute(60)] : []

  routes.get('/sign-in', function showSignIn(request, response) {
    const { returnTo, created, out } = request.query
    const page: Page = {
      page: 'sign-in',
      form: emptyForm,
      ...(typeof returnTo === 'string' && { returnTo: ownPath(returnTo) }),
      ...(created === '' && { notice: 'created' }),
      ...(out === '' && { notice: 'signed-out' }),
    }
    sendEither(request, response, page, { signedIn: whoIs(request) !== undefined })
  })

  routes.post('/sign-in', ...limit, async function signIn(request, response) {
    const { email, password, returnTo } = shaped(request, credentials)
    const tooLong = password.length > longestPassword
    const person = tooLong ? undefined : await whoSignsIn(people, canonicalEmail(email), password)
    if (!person && !wantsPage(request)) throw new Problem('wrong-credentials')
    if (!person) {
      const onwards = returnTo === undefined ? {} : { returnTo }
      const form = { values: { email }, errors: {} }
      return sendPage(request, response, { page: 'sign-in', form, ...onwards, notice: 'wrong-credentials' }, 401)
    }

    if (whoIs(request) !== undefined) await stepUp.signOut(request)
    await beginSession(request, person.id)
    const onwards = ownPath(returnTo ?? '/account')
    sendDone(request, response, onwards, 200, { name: person.name, returnTo: onwards })
  })

  routes.post('/sign-out', async function signOut(request, response) {
    shaped(request, nothing)
    if (whoIs(request) !== undefined) await stepUp.signOut(request)
    await endSession(request)
    response.clearCookie(sessionCookie(publicUrl), {
      path: '/',
      httpOnly: true,
      secure: publicUrl.protocol === 'https:',
      sameSite: 'lax',
    })
    sendDone(request, response, '/sign-in?out=', 200, { signedIn: false })
  })

  return routes
}
