import type { Request, RequestHandler } from 'express'
import session, { type Store } from 'express-session'

declare module 'express-session' {
  interface SessionData {
    userId: string
    /** Milliseconds since 1970; a session ends 12 hours after it. */
    signedInAt: number
    /** Kept by the step-up; `key` is what `endSessions` calls the session that goes on. */
    countersign: Readonly<{ key?: string }>
    /** What a transfer form held when it was last sent, so that nobody types it twice. */
    draft: Readonly<Record<string, string>>
  }
}

/** A session ends when it was not used for so long. */
export const idleSeconds = 30 * 60

const longestMilliseconds = 12 * 60 * 60 * 1000

/**
 * Sessions with the cookie rules of R-34. The cookie itself carries no end, since a slow answer would else bring an
 * older cookie back; the store counts the idle time.
 */
export function bankSessions(parts: Readonly<{ store: Store; secrets: string[]; publicUrl: URL }>): RequestHandler {
  const secure = parts.publicUrl.protocol === 'https:'
  return session({
    name: sessionCookie(parts.publicUrl),
    secret: parts.secrets,
    store: parts.store,
    resave: false,
    saveUninitialized: false,
    cookie: { path: '/', httpOnly: true, secure, sameSite: 'lax' },
  })
}

/** The name of the session's cookie; browsers keep `__Host-` to this host, to TLS and to the path `/`. */
export function sessionCookie(publicUrl: URL): string {
  return publicUrl.protocol === 'https:' ? '__Host-bank' : 'bank'
}

/** Who is signed in, if anybody. */
export function whoIs(request: Request): string | undefined {
  const { userId, signedInAt = 0 } = request.session
  return Date.now() - signedInAt < longestMilliseconds ? userId : undefined
}

/** Begins a session for somebody under a new id; nothing of the old one is taken over. */
export async function beginSession(request: Request, userId: string): Promise<void> {
  await new Promise<void>((resolve, reject) =>
    request.session.regenerate((error) => (error ? reject(error) : resolve())),
  )
  request.session.userId = userId
  request.session.signedInAt = Date.now()
  await new Promise<void>((resolve, reject) => request.session.save((error) => (error ? reject(error) : resolve())))
}

/** Ends the session for good. */
export function endSession(request: Request): Promise<void> {
  return new Promise((resolve, reject) => request.session.destroy((error) => (error ? reject(error) : resolve())))
}
