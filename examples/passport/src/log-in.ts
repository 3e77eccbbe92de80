import { SecurityCodeStrategy } from '@countersign/passport'
import passport, { type PassportStatic } from 'passport'
import { Strategy as PasswordStrategy } from 'passport-local'
import type { People } from './people.js'
import './session.js'
import type { actions, LoginCountersign } from './step-up.js'

/** Passport with both steps of a login, and the second one by itself. */
export type LogIn = Readonly<{ passport: PassportStatic; securityCode: SecurityCodeStrategy<typeof actions> }>

/** Sets Passport up: a password first, then a code for this very login. */
export function logInWith(people: People, countersign: LoginCountersign): LogIn {
  const own = new passport.Passport() as PassportStatic
  own.serializeUser((user, done) => done(null, user.id))
  own.deserializeUser((id: string, done) => done(null, people.byId(id) ?? false))
  own.use(
    new PasswordStrategy({ usernameField: 'email' }, (email, password, done) => {
      people
        .byPassword(email, password)
        .then((person) => done(null, person ?? false, { message: 'Address or password is wrong' }), done)
    }),
  )

  const securityCode = new SecurityCodeStrategy({
    countersign,
    identify: (request) => request.session,
    action: 'login.complete',
  })
  own.use(securityCode)
  return { passport: own, securityCode }
}
