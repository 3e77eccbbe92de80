export type { Door, NotMeReport, NotMeState, ProofState, Ticket } from './countersign/door.js'
export { doorOf } from './countersign/door.js'
export type { Log } from './countersign/log.js'
export type { ActionDefinition, BoundValues, FieldKind } from './policy/action.js'
