import type { Amr } from '../assurance/level.js'
import { CountersignError } from '../errors.js'
import type { SubjectId } from '../subject/subject-id.js'
import type { StepUp } from './countersign.js'
import type { Engine } from './engine.js'

/** What a verb asks of the step-up of its request: which method of proof, and the action to write. */
export type NeededStepUp = Readonly<{ verb: string; amr: Amr; action: string }>

/** A code that anybody could look at who holds a session would be no second secret: a delivered code was answered for this very request. */
export const showing: NeededStepUp = { verb: 'codes.show', amr: 'otp', action: 'countersign.code.show' }
/** The code that works was typed for this very request. */
export const replacing: NeededStepUp = { verb: 'codes.rotate', amr: 'pin', action: 'countersign.code.replace' }

/** Taken before anything is awaited, so that two requests at once do not share one; given back where nothing came of it. */
export function takeStepUp(
  { stepUps }: Engine,
  stepUp: StepUp,
  subject: SubjectId,
  { verb, amr, action }: NeededStepUp,
): Readonly<{ session: string; giveBack(): void }> {
  const owner = typeof stepUp === 'object' && stepUp !== null ? stepUps.get(stepUp) : undefined
  if (owner?.subject === subject && stepUp.amr.includes(amr)) {
    stepUps.delete(stepUp)
    return { session: owner.session, giveBack: () => stepUps.set(stepUp, owner) }
  }
  throw new CountersignError(
    'ERR_COUNTERSIGN_STEP_UP',
    `${verb}() was called without the stepUp of this request. Put requireStepUp("${action}") before the route and pass "stepUp: stepUpOf(request, '${action}')"; each is good for one code.`,
  )
}
