import assert from 'node:assert/strict'
import type { Store } from '@countersign/core'
import { aDigest } from '../a-subject.js'
import type { Clause, StoreUnderTest } from '../store-contract.js'
import { inTurn, until, volley } from './many.js'

/** Counters that span subjects. */
export function limitsContract(clause: Clause): void {
  clause('a limit gives what it has and no more', async ({ store }) => {
    const key = aDigest()
    const limits = [{ messages: 2, seconds: 3600 }]

    assert.deepEqual(await takes(store, key, limits, 4), [true, true, false, false])
  })

  clause('one key’s limit is not another’s', async ({ store }) => {
    const limits = [{ messages: 1, seconds: 3600 }]
    await store.limits.take(aDigest(), limits)

    assert.equal(await store.limits.take(aDigest(), limits), true)
  })

  clause('of 50 takes at once exactly as many succeed as there are', async ({ store, other }) => {
    const key = aDigest()
    const limits = [{ messages: 6, seconds: 3600 }]
    const { answers, refused } = await volley(50, (turn) => inTurn(turn, store, other).limits.take(key, limits))

    const taken = answers.filter(Boolean).length
    assert.ok(taken === 6 || (taken < 6 && refused > 0), `${taken} of 6 were taken`)
  })

  clause('the tightest of several limits decides', async ({ store }) => {
    const limits = [
      { messages: 3, seconds: 3600 },
      { messages: 1, seconds: 86_400 },
    ]
    assert.deepEqual(await takes(store, aDigest(), limits, 3), [true, false, false])
  })

  clause('a refused take takes nothing from the other limits', async (made) => {
    const key = aDigest()
    const limits = [
      { messages: 1, seconds: 1 },
      { messages: 2, seconds: 3600 },
    ]
    assert.deepEqual(await takes(made.store, key, limits, 3), [true, false, false])
    assert.equal(await takeAfterASecond(made, key, limits), true)
    await made.elapse?.(1.001)
    assert.equal(await made.store.limits.take(key, [{ messages: 3, seconds: 3600 }]), true)
    assert.equal(await made.store.limits.take(key, [{ messages: 3, seconds: 3600 }]), false)
  })

  clause('a limit gives again when its time has passed', async (made) => {
    const key = aDigest()
    const limits = [{ messages: 1, seconds: 1 }]
    await made.store.limits.take(key, limits)

    assert.equal(await takeAfterASecond(made, key, limits), true)
  })
}

type Limit = Readonly<{ messages: number; seconds: number }>

async function takes(store: Store, key: string, limits: readonly Limit[], times: number): Promise<readonly boolean[]> {
  const taken: boolean[] = []
  for (let turn = 0; turn < times; turn += 1) taken.push(await store.limits.take(key, limits))
  return taken
}

async function takeAfterASecond(
  { store, elapse }: StoreUnderTest,
  key: string,
  limits: readonly Limit[],
): Promise<boolean> {
  await elapse?.(1.001)
  return until(() => store.limits.take(key, limits))
}
