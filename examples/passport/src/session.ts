import 'express-session'

declare module 'express-session' {
  interface SessionData {
    /** The challenge that the second step answers. */
    challenge: string
    /** What it asks for: the person's own code, or one by mail. */
    asked: string
    /** The spent confirmation of this login. Without it, the person has given a password and nothing more. */
    confirmed: string
    /** What Passport's `failureMessage` leaves for the next page. */
    messages: string[]
  }
}

declare global {
  namespace Express {
    /** Whom Passport knows: a row of the table of people is more than that. */
    interface User {
      id: string
    }
  }
}
