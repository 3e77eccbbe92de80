import type { Store } from '@countersign/core'

/** Starts so many at once and waits for all. */
export function many<Result>(count: number, act: (turn: number) => Promise<Result>): Promise<Result[]> {
  return Promise.all(Array.from({ length: count }, (_, turn) => act(turn)))
}

/** One store or the other, in turn. */
export function inTurn(turn: number, store: Store, other: Store | undefined): Store {
  return other && turn % 2 === 1 ? other : store
}

/** Acts until it succeeded, at most 500 times, with a pause of chance between two tries that grows to a fifth of a second. */
export async function until<Result>(act: () => Promise<Result | undefined | false>): Promise<Result> {
  for (let attempt = 0; attempt < 500; attempt += 1) {
    const result = await act()
    if (result) return result
    await new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(200, 10 * (attempt + 1))))
  }
  throw new Error('It did not succeed in 500 tries.')
}
