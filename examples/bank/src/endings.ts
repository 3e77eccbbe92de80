/** What is ended in reverse order, whether the start succeeded or stopped half-way. An ending may stand in it twice. */
export type Endings = (() => Promise<void>)[]

/** Starts something that notes how it is ended; if it does not start, what had started ends again. */
export async function startWith<Started>(start: (endings: Endings) => Promise<Started>): Promise<Started> {
  const endings: Endings = []
  try {
    return await start(endings)
  } catch (error) {
    await endAll(endings)
    throw error
  }
}

/** Ends everything, whatever of it fails. */
export async function endAll(endings: Endings): Promise<void> {
  const failures: unknown[] = []
  while (endings.length > 0)
    await endings
      .pop()?.()
      .catch((error) => failures.push(error))
  if (failures.length > 0) throw new AggregateError(failures, 'Not everything ended well.')
}
