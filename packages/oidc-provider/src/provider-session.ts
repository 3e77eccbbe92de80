import { CountersignError } from '@countersign/core'
import { elevationTokens } from '@countersign/express/door'
import type { Request } from 'express'
import type { Provider } from 'oidc-provider'
import type { AttachedStepUp } from './attach.js'
import { heldLevel } from './levels/held-level.js'
import type { Parts } from './parts.js'
import { personIn } from './person.js'

/** The provider's session, for Express routes of the same program. */
export function sessionDoor(parts: Parts, provider: Provider): Pick<AttachedStepUp, 'identify' | 'raise'> {
  async function sessionOf(request: Request) {
    const { res } = request
    return res && provider.Session.get(provider.createContext(request, res))
  }

  return {
    async identify(request) {
      const session = await sessionOf(request)
      return session && personIn(session, parts.options)
    },
    async raise(request, acr) {
      const rung = parts.ladder.byCodeOf(acr)
      if (!rung)
        throw new CountersignError(
          'ERR_COUNTERSIGN_OIDC_LEVELS',
          `raise() was asked for "${acr}", which is no level with "stepUp". Name one of ${parts.ladder.byCode.map((one) => `"${one.acr}"`).join(', ')}.`,
        )
      const session = await sessionOf(request)
      const whom = session && (await personIn(session, parts.options))
      if (!session || !whom) return 'not-raised'
      const elevations = elevationTokens(request, parts.attached().pages.cookies, 'window')
      const held = await heldLevel(parts, whom, elevations)
      if (!held || held.rung.rank < rung.rank) return 'not-raised'
      if (parts.ladder.rankOf(session.acr) < rung.rank) session.acr = rung.acr
      if (parts.reauthenticateWith === 'code') session.loginTs = laterOf(session.loginTs, secondsOf(held.at))
      await session.persist()
      return 'raised'
    },
  }

  /** A moment of the store's clock on the provider's. */
  function secondsOf(at: Date): number {
    return Math.floor((Date.now() - (parts.door.now().getTime() - at.getTime())) / 1000)
  }
}

function laterOf(one: number | undefined, other: number): number {
  return one === undefined ? other : Math.max(one, other)
}
