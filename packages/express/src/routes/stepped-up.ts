import type { StepUp } from '@countersign/core'
import { guard } from '../guard/require-step-up.js'
import type { Parts } from '../parts.js'
import type { Bind } from '../reading/bound-fields.js'
import type { Visit } from './visit.js'

/** What a guard allowed to a visit; `undefined` when it has answered. */
export type SteppedUp = (visit: Pick<Visit, 'request' | 'response'>) => Promise<StepUp | undefined>

/** The guard of one of our own actions, for a route of ours that has read its fields: the very guard that applications use. */
export function steppedUp(parts: Parts, action: string, bind: Bind): SteppedUp {
  const requireStepUp = guard(parts, action, bind)
  return async function stepUpFor({ request, response }) {
    let wentOn: Readonly<{ error?: unknown }> | undefined
    await requireStepUp(request, response, (error?: unknown) => {
      wentOn = { error }
    })
    if (!wentOn) return undefined
    if (wentOn.error) throw wentOn.error
    // Who goes on without having been allowed to, such as by a hook of the application, fails here.
    return parts.granted.of(request, action)
  }
}
