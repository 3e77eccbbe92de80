import type { Express, RequestHandler } from 'express'
import session from 'express-session'

declare module 'express-session' {
  interface SessionData {
    userId: string
  }
}

/** express-session as its own documentation sets it up, on its own memory store. */
export function sessions(): RequestHandler {
  const { warn } = console
  // The memory store says that it is not for production. It is what costs least, and this is no production.
  console.warn = () => {}
  const middleware = session({
    secret: 'not a secret, this is a benchmark',
    store: new session.MemoryStore(),
    resave: false,
    saveUninitialized: false,
  })
  console.warn = warn
  return middleware
}

/** Signs in whoever asks: `POST /sign-in/alice`. */
export function addSignIn(app: Express): void {
  app.post('/sign-in/:person', (request, response) => {
    request.session.userId = request.params.person
    response.json({})
  })
}
