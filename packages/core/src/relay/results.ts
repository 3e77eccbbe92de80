import type { CallEffect, MessageEffect } from '../outbox/effect.js'

/** What came of carrying out an effect. `done` takes it out, `again` backs off, `unopenable` may be another process's to open. */
export type Result =
  | Readonly<{ outcome: 'done' }>
  | Readonly<{ outcome: 'failed'; reason: string }>
  | Readonly<{ outcome: 'dropped'; reason: string }>
  /** `admitted`: the strangers' limits let it pass and are not asked again. */
  | Readonly<{ outcome: 'again'; reason: string; admitted?: true }>
  | Readonly<{ outcome: 'unopenable' }>

/** An effect that leaves for the outside, and what came of it. */
export type Carried = Readonly<{ effect: MessageEffect | CallEffect; result: Result }>
