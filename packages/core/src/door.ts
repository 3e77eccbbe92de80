export type { Door, Earned, NotMeReport, NotMeState, ProofState, Question, Ticket } from './countersign/door.js'
export { doorOf } from './countersign/door.js'
export type { Log } from './countersign/log.js'
export type { ActionDefinition, BoundValues, FieldKind } from './policy/action.js'
