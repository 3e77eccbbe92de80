import type { Express, RequestHandler } from 'express'
import session from 'express-session'

declare module 'express-session' {
  interface SessionData {
    userId: string
  }
}

/** express-session as its own documentation sets it up, on its own memory store. */
export function sessions(): RequestHandler {
  return session({
    secret: 'not a secret, this is a benchmark',
    store: new session.MemoryStore(),
    resave: false,
    saveUninitialized: false,
  })
}

/** Signs in whoever asks: `POST /sign-in/alice`. */
export function addSignIn(app: Express): void {
  app.post('/sign-in/:person', (request, response) => {
    request.session.userId = request.params.person
    response.json({})
  })
}
