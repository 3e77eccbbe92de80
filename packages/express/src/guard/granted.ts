import { CountersignError, type StepUp } from '@countersign/core'

/** What guards allowed, by request. Nothing that a handler does to a request changes it. */
export type Granted = Readonly<{
  add: (request: object, stepUp: StepUp) => void
  of: (request: object, action: string) => StepUp
}>

/** An empty record of what was allowed. */
export function grantedStepUps(): Granted {
  const granted = new WeakMap<object, readonly StepUp[]>()
  return {
    add(request, stepUp) {
      const before = granted.get(request)
      granted.set(request, before ? [...before, stepUp] : [stepUp])
    },
    of(request, action) {
      const stepUp = granted.get(request)?.findLast((one) => one.action === action)
      if (stepUp) return stepUp
      throw new CountersignError(
        'ERR_COUNTERSIGN_NOT_GUARDED',
        `stepUpOf(request, '${action}') was called where no guard had allowed it. Write requireStepUp('${action}') before this handler.`,
      )
    },
  }
}
