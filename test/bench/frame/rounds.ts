/** One thing to measure: what it is called, and one round of it, as microseconds of server CPU for each operation. */
export type Measurement = Readonly<{ name: string; round(): Promise<Readonly<Record<string, number>>> }>

/** Microseconds for each operation, by name, one for each round. */
export type Series = ReadonlyMap<string, readonly number[]>

/** How long to go on. A slow machine gets fewer rounds, never fewer than are needed for a spread. */
export type Patience = Readonly<{ warmUpSecondsEach: number; countedSeconds: number }>

const fewestRounds = 7

/**
 * Warms up one after the other, then runs everything once in each round, in turn, so that a slow moment of the machine
 * meets all of them. A measurement may report several series, such as one for each way through it.
 */
export async function inRounds(measurements: readonly Measurement[], patience: Patience): Promise<Series> {
  for (const measurement of measurements) await warmUp(measurement, patience)

  const series = new Map<string, number[]>()
  const endsAt = performance.now() + patience.countedSeconds * 1000
  for (let round = 0; round < fewestRounds || performance.now() < endsAt; round++) {
    for (const { round: run } of inTurn(measurements, round)) {
      for (const [name, microseconds] of Object.entries(await run())) push(series, name, microseconds)
    }
  }
  return series
}

/** Express and what stands on it run several times faster once they are compiled, after some thousand requests. */
async function warmUp({ round }: Measurement, { warmUpSecondsEach }: Patience): Promise<void> {
  const endsAt = performance.now() + warmUpSecondsEach * 1000
  while (performance.now() < endsAt) await round()
}

/** Another one begins each round, so that nobody always follows the same neighbour's heat. */
function inTurn<Item>(items: readonly Item[], round: number): readonly Item[] {
  const first = round % items.length
  return [...items.slice(first), ...items.slice(0, first)]
}

function push(series: Map<string, number[]>, name: string, microseconds: number): void {
  const known = series.get(name)
  if (known) known.push(microseconds)
  else series.set(name, [microseconds])
}
