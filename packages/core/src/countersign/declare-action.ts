import { CountersignError } from '../errors.js'
import type { ActionDefinition } from '../policy/action.js'
import { defineActions } from '../policy/define-actions.js'
import { ownPrefix } from '../policy/own-actions.js'
import { requireReachableLevels } from './check-parts.js'
import type { Engine } from './engine.js'

/**
 * Adds an action that a door brings along, such as a level of a sign-in. Checked like the application's own, which cannot have its name.
 *
 * @throws CountersignError `ERR_COUNTERSIGN_DECLARED_LATE` after the start: a process that runs already would not know it.
 */
export function declareAction({ checked, state }: Engine, action: string, definition: ActionDefinition): void {
  if (state.starting)
    throw new CountersignError(
      'ERR_COUNTERSIGN_DECLARED_LATE',
      `The action "${action}" was declared after countersign.start(). Make every door, such as createOidcStepUp(), before it is started.`,
    )
  if (!action.startsWith(ownPrefix) || checked.actions.has(action))
    throw new CountersignError(
      'ERR_COUNTERSIGN_ACTION',
      `The action "${action}" cannot be declared by a door: ${checked.actions.has(action) ? 'there is one of this name, so that one Countersign can serve one such door' : `its name does not begin with "${ownPrefix}"`}.`,
    )
  defineActions({ [action]: definition })
  requireReachableLevels(checked.parts, { [action]: definition })
  checked.actions.set(action, definition)
}
