import type { Whom } from '@countersign/core'
import { elevationTokens } from '@countersign/express/door'
import type { KoaContextWithOIDC } from 'oidc-provider'
import { heldLevel } from '../levels/held-level.js'
import type { Parts } from '../parts.js'
import { personIn } from '../person.js'
import { stepUpPrompt } from './plan.js'

/** Who a request is of, once its session was looked at. */
export type Standing = Readonly<{ whom: Whom; acr: string; amr: readonly string[] }>

type Settle = (context: KoaContextWithOIDC) => Promise<Standing | undefined>

/**
 * Brings a session to the level that it really has, once a request. What a login gave is believed; a level that a code reaches is
 * believed only while what the code earned holds, whoever wrote it into the session. So it ends with its time, at a lock, at
 * "this was not me" and at a sign-out.
 */
export function standings(parts: Parts): Settle {
  const lost = cookieLost(parts)
  const settled = new WeakMap<object, Promise<Standing | undefined>>()
  return function standingOf(context) {
    const before = settled.get(context.oidc)
    if (before) return before
    const standing = settle(parts, context, lost)
    settled.set(context.oidc, standing)
    return standing
  }
}

async function settle(
  parts: Parts,
  context: KoaContextWithOIDC,
  lost: (context: KoaContextWithOIDC) => void,
): Promise<Standing | undefined> {
  const { session } = context.oidc
  const whom = session && (await personIn(session, parts.options))
  if (!session || !whom) return undefined
  const { ladder } = parts
  session.acr ??= ladder.lowest.acr
  const loginAmr = session.amr ?? []
  const claimed = ladder.byCodeOf(session.acr)
  if (!claimed) return { whom, acr: session.acr, amr: loginAmr }

  const elevations = elevationsOf(parts, context, 'window')
  if (elevations.length === 0) lost(context)
  const held = await heldLevel(parts, whom, elevations)
  if (!held || held.rung.rank < claimed.rank) session.acr = held?.rung.acr ?? ladder.lowest.acr
  const amr = held ? [...new Set([...loginAmr, ...held.amr])] : loginAmr
  assert(context, { amr })
  return { whom, acr: session.acr, amr }
}

/** Says once that a browser comes straight from a right code and brings nothing along: it would be asked again and again. */
function cookieLost({ door, attached }: Parts): (context: KoaContextWithOIDC) => void {
  let said = false
  return function reportLostCookie({ oidc }) {
    const answered = oidc.entities.Interaction?.prompt.name === stepUpPrompt && oidc.result?.step_up !== undefined
    if (!answered || said) return
    said = true
    const { cookies, secure } = attached().pages
    door.log.error(
      { code: 'ERR_COUNTERSIGN_OIDC_COOKIE', cookie: cookies.window },
      `A browser answered a code rightly and came back without the cookie "${cookies.window}", so that it is asked again. ${secure ? 'It is for TLS only, as "publicUrl" of createCountersign() says: is the provider reached by https?' : 'Are the router of step-up and the provider reached under one host?'}`,
    )
  }
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
