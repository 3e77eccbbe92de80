import type { StepUp } from '@countersign/core'

declare global {
  namespace Express {
    interface Request {
      /** What a guard allowed. `stepUpOf(request, action)` gives the same with its types. */
      stepUp?: StepUp
    }
  }
}
