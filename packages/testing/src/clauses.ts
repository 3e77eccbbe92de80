/** The `test` of your runner: jest, vitest, node:test, mocha's `it`. */
export type TestFunction = (name: string, body: () => Promise<void>) => unknown

/** Says one sentence of a contract, with its proof on something that was made for it alone. */
export type ClauseOn<Made> = (name: string, prove: (made: Made) => Promise<void>) => void

/** Sentences as tests of the caller's runner; what is made for each is stopped after it, however it went. */
export function clausesOn<Made extends Readonly<{ stop(): Promise<void> }>>(
  test: TestFunction,
  make: () => Promise<Made>,
): ClauseOn<Made> {
  return (name, prove) => {
    test(name, async () => {
      const made = await make()
      try {
        await prove(made)
      } finally {
        await made.stop()
      }
    })
  }
}
