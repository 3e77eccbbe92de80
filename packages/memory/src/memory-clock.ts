/** Where the memory store takes its time from; `stillClock()` of `@countersign/testing` is one. */
export type Clock = Readonly<{ now(): Date }>

/** The given clock without its steps back: what was in the past once stays there. */
export function forwardOnly(clock: Clock): Clock {
  let latest = Number.NEGATIVE_INFINITY
  return {
    now() {
      latest = Math.max(latest, clock.now().getTime())
      return new Date(latest)
    },
  }
}

/** The clock of the machine. */
export const machineClock: Clock = { now: () => new Date() }
