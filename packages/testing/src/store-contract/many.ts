import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import type { Store } from '@countersign/core'

/** Starts so many at once and waits for all. */
export function many<Result>(count: number, act: (turn: number) => Promise<Result>): Promise<Result[]> {
  return Promise.all(Array.from({ length: count }, (_, turn) => act(turn)))
}

/**
 * Starts so many at once and gives the answers. A store that is too busy may refuse some of them, which is no verdict;
 * those are counted, and any other error fails the test.
 */
export async function volley<Result>(
  count: number,
  act: (turn: number) => Promise<Result>,
): Promise<{ answers: readonly Result[]; refused: number }> {
  const answers: Result[] = []
  await many(count, (turn) => act(turn).then((answer) => void answers.push(answer), onlyUnavailable))
  return { answers, refused: count - answers.length }
}

/** Passes over a refusal without a verdict; any other error fails the test. */
export function onlyUnavailable(error: unknown): undefined {
  assert.equal((error as { code?: string }).code, 'ERR_COUNTERSIGN_STORE_UNAVAILABLE', String(error))
}

/** One store or the other, in turn. */
export function inTurn(turn: number, store: Store, other: Store | undefined): Store {
  return other && turn % 2 === 1 ? other : store
}

/** Acts until it succeeded, at most 500 times, with a pause of chance between two tries that grows up to a second. */
export async function until<Result>(act: () => Promise<Result | undefined | false>): Promise<Result> {
  for (let attempt = 0; attempt < 500; attempt += 1) {
    const result = await act()
    if (result) return result
    await new Promise((resolve) => setTimeout(resolve, randomInt(1, Math.min(1000, 10 * 2 ** attempt))))
  }
  throw new Error('It did not succeed in 500 tries.')
}
