/** One thing to measure: what it is called, and one round of it, as microseconds of server CPU for each operation. */
export type Measurement = Readonly<{ name: string; round(): Promise<Readonly<Record<string, number>>> }>

/** Microseconds for each operation, by name, one for each round. */
export type Series = ReadonlyMap<string, readonly number[]>

/** How long to go on: a slow machine gets fewer rounds, never fewer than are needed for a spread. */
export type Patience = Readonly<{ warmUpSeconds: number; countedSeconds: number }>

const fewestRounds = 7

/**
 * Runs everything once in each round, in turn, so that a slow moment of the machine meets all of them. The first rounds
 * only warm up. A measurement may report several series, such as one for each way through it.
 */
export async function inRounds(measurements: readonly Measurement[], patience: Patience): Promise<Series> {
  const series = new Map<string, number[]>()
  const began = performance.now()
  const countsFrom = began + patience.warmUpSeconds * 1000
  const endsAt = countsFrom + patience.countedSeconds * 1000

  let counted = 0
  for (let round = 0; counted < fewestRounds || performance.now() < endsAt; round++) {
    const counts = performance.now() >= countsFrom
    for (const { round: run } of inTurn(measurements, round)) {
      const measured = Object.entries(await run())
      if (counts) for (const [name, microseconds] of measured) push(series, name, microseconds)
    }
    if (counts) counted += 1
  }
  return series
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
