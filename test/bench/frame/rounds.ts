/** One thing to measure: what it is called, and one round of it, as microseconds of server CPU for each operation. */
export type Measurement = Readonly<{ name: string; round(): Promise<Readonly<Record<string, number>>> }>

/** Microseconds for each operation, by name, one for each round. */
export type Series = ReadonlyMap<string, readonly number[]>

/**
 * Runs everything once in each round, in turn, so that a slow moment of the machine meets all of them. The first rounds
 * only warm up. A measurement may report several series, such as one for each step of a way.
 */
export async function inRounds(
  measurements: readonly Measurement[],
  { warmUp, counted }: Readonly<{ warmUp: number; counted: number }>,
): Promise<Series> {
  const series = new Map<string, number[]>()
  for (let round = -warmUp; round < counted; round++) {
    for (const { round: run } of inTurn(measurements, round)) {
      const measured = await run()
      if (round >= 0) for (const [name, microseconds] of Object.entries(measured)) push(series, name, microseconds)
    }
  }
  return series
}

/** Another one begins each round, so that nobody always follows the same neighbour's heat. */
function inTurn<Item>(items: readonly Item[], round: number): readonly Item[] {
  const first = Math.abs(round) % items.length
  return [...items.slice(first), ...items.slice(0, first)]
}

function push(series: Map<string, number[]>, name: string, microseconds: number): void {
  const known = series.get(name)
  if (known) known.push(microseconds)
  else series.set(name, [microseconds])
}
