import type { Whom } from '@countersign/core'
import { elevationTokens } from '@countersign/express/door'
import type { KoaContextWithOIDC } from 'oidc-provider'
import { heldLevel } from '../levels/held-level.js'
import type { Parts } from '../parts.js'
import { personIn } from '../person.js'

/** Who a request is of, once its session was looked at. */
export type Standing = Readonly<{ whom: Whom; acr: string; amr: readonly string[] }>

type Settle = (context: KoaContextWithOIDC) => Promise<Standing | undefined>

/**
 * Brings a session to the level that it really has, once a request. What a login gave is believed; a level that a code reaches is
 * believed only while what the code earned holds, whoever wrote it into the session. So it ends with its time, at a lock, at
 * "this was not me" and at a sign-out.
 */
export function standings(parts: Parts): Settle {
  const settled = new WeakMap<object, Promise<Standing | undefined>>()
  return function standingOf(context) {
    const before = settled.get(context.oidc)
    if (before) return before
    const standing = settle(parts, context)
    settled.set(context.oidc, standing)
    return standing
  }
}

async function settle(parts: Parts, context: KoaContextWithOIDC): Promise<Standing | undefined> {
  const { session } = context.oidc
  const whom = session && (await personIn(session, parts.options))
  if (!session || !whom) return undefined
  const { ladder } = parts
  session.acr ??= ladder.lowest.acr
  const loginAmr = session.amr ?? []
  const claimed = ladder.byCodeOf(session.acr)
  if (!claimed) return { whom, acr: session.acr, amr: loginAmr }

  const held = await heldLevel(parts, whom, elevationsOf(parts, context, 'window'))
  if (!held || held.rung.rank < claimed.rank) session.acr = held?.rung.acr ?? ladder.lowest.acr
  const amr = held ? [...new Set([...loginAmr, ...held.amr])] : loginAmr
  assert(context, { amr })
  return { whom, acr: session.acr, amr }
}

/** What the browser brought along. */
export function elevationsOf(
  { attached }: Pick<Parts, 'attached'>,
  { req }: KoaContextWithOIDC,
  mode: 'once' | 'window',
): readonly string[] {
  return elevationTokens(req, attached().pages.cookies, mode)
}

/** What the tokens of this one request say, whatever stands in the session. */
export function assert({ oidc }: KoaContextWithOIDC, said: Readonly<{ acr?: string; amr?: readonly string[] }>): void {
  for (const [name, value] of Object.entries(said))
    Object.defineProperty(oidc, name, { value, configurable: true, enumerable: true })
}
