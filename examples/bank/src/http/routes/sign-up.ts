import { randomUUID } from 'node:crypto'
import { Router } from 'express'
import { z } from 'zod'
import { openAccount } from '../../ledger/execute-transfer.js'
import { isName } from '../../ledger/transfer-order.js'
import { emptyForm, type FieldError } from '../../pages/page.js'
import { newPassword } from '../../people/password.js'
import { canonicalEmail, isEmail, isGoodPassword } from '../../people/person.js'
import type { BankParts } from '../bank-parts.js'
import { shaped } from '../body.js'
import { perMinute } from '../client-limits.js'
import { refuseValues, sendDone, sendEither } from '../reply.js'

const newcomer = z.strictObject({ name: z.string(), email: z.string(), password: z.string() })
type Newcomer = z.infer<typeof newcomer>

/** Opening an account. */
export function signUpRoutes({ people, ledger, clientLimits }: BankParts): Router {
  const routes = Router()
  const limit = clientLimits ? [perMinute(30)] : []

  routes.get('/sign-up', function showSignUp(request, response) {
    sendEither(request, response, { page: 'sign-up', form: emptyForm }, { fields: ['name', 'email', 'password'] })
  })

  // The answer says nothing of whether the address was known, neither by its body nor by the time it takes.
  routes.post('/sign-up', ...limit, async function signUp(request, response) {
    const asked = shaped(request, newcomer)
    const errors = wrongValues(asked)
    if (Object.keys(errors).length > 0) {
      return refuseValues(request, response, errors, (form) => ({ page: 'sign-up', form }))
    }

    const id = randomUUID()
    const email = canonicalEmail(asked.email)
    const password = await newPassword(people, email, asked.password)
    await openAccount(ledger, id, new Date())
    await people.add({ id, name: asked.name, email, emailProved: false, password, notes: '' })
    sendDone(request, response, '/sign-in?created=', 201, { created: true, next: '/sign-in' })
  })

  return routes
}

function wrongValues({ name, email, password }: Newcomer): Readonly<Record<string, FieldError>> {
  return {
    ...(!isName(name) && { name: 'name' }),
    ...(!isEmail(email) && { email: 'email' }),
    ...(!isGoodPassword(password) && { password: 'password' }),
  } as const
}
