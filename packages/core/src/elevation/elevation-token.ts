import { z } from 'zod'
import { type KeyRing, keyedDigest, matchesDigest } from '../secret/key-ring.js'
import type { Elevation } from './elevation.js'

/** What an elevation token says: the elevation, whose it is, and the subject's revocation epoch when it was granted. */
export type TokenClaims = Readonly<{
  subject: string
  epoch: number
  elevation: Omit<Elevation, 'usedAt'>
}>

const claimsForm = z.tuple([
  z.string(), // subject
  z.number(), // epoch
  z.string(), // id
  z.string(), // action
  z.string(), // session
  z.string(), // binding
  z.enum(['once', 'window']),
  z.enum(['base', 'code', 'two-factor']),
  z.array(z.enum(['otp', 'pin', 'mfa'])),
  z.number(), // at
  z.number(), // expiresAt
])

/** A text that its holder shows with a request: claims as JSON in base64url, then their MAC. It proves nothing without its session. */
export function elevationToken(keys: KeyRing, { subject, epoch, elevation }: TokenClaims): string {
  const { id, action, session, binding, mode, level, amr, at, expiresAt } = elevation
  const claims = [subject, epoch, id, action, session, binding, mode, level, amr, at.getTime(), expiresAt.getTime()]
  const payload = Buffer.from(JSON.stringify(claims)).toString('base64url')
  return `${payload}.${keyedDigest(keys, 'elevation', [payload])}`
}

/** The claims of a token that this ring made; `undefined` for anything else. Says nothing about time, session or revocation. */
export function readElevationToken(keys: KeyRing, token: string): TokenClaims | undefined {
  const dot = token.indexOf('.')
  const payload = token.slice(0, dot)
  if (dot < 1 || token.length > 2048 || !matchesDigest(keys, 'elevation', token.slice(dot + 1), [payload]))
    return undefined

  const claims = claimsForm.safeParse(JSON.parse(Buffer.from(payload, 'base64url').toString()))
  if (!claims.success) return undefined
  const [subject, epoch, id, action, session, binding, mode, level, amr, at, expiresAt] = claims.data
  const elevation = { id, action, session, binding, mode, level, amr, at: new Date(at), expiresAt: new Date(expiresAt) }
  return { subject, epoch, elevation }
}
