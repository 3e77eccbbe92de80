import { createHash } from 'node:crypto'
import type { Request } from 'express'

/**
 * A digest of the one-shot elevation that a request brings, whatever it is worth; the header goes before the cookie, as
 * it does for the guard. The ledger keeps it with the transfer, so that who repeats a request is known without asking,
 * and thereby spending, anything.
 */
export function broughtElevation(request: Request): string | undefined {
  const token = request.get('countersign-elevation') ?? onceCookie(request)
  return token ? createHash('sha256').update(token).digest('base64url') : undefined
}

function onceCookie(request: Request): string | undefined {
  return /(?:^|;) *(?:__Host-)?countersign-once=([^;]*)/.exec(request.get('cookie') ?? '')?.[1]
}
