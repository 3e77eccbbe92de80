import { usedProofsInMemory } from '../src/dpop/used-proofs.js'
import { tokenMemory } from '../src/token/token-memory.js'
import { letTheClockRun, stopTheClock } from './api.js'

let clock: ReturnType<typeof stopTheClock>
beforeEach(() => {
  clock = stopTheClock()
})
afterEach(letTheClockRun)

describe('the memory of used proofs', () => {
  test('knows a proof for at least as long as it was told', () => {
    const proofs = usedProofsInMemory()
    proofs.firstUse('first', 70)
    clock.pass(69)
    proofs.firstUse('late', 70)

    clock.pass(69)

    expect(proofs.firstUse('late', 70)).toBe(false)
  })

  test('forgets', () => {
    const proofs = usedProofsInMemory()
    proofs.firstUse('once', 70)

    clock.pass(141)

    expect(proofs.firstUse('once', 70)).toBe(true)
  })

  test('forgets nothing early: when it is full, there is no answer', () => {
    const proofs = usedProofsInMemory(2)
    proofs.firstUse('one', 70)
    proofs.firstUse('two', 70)

    expect(() => proofs.firstUse('three', 70)).toThrow()
    expect(proofs.firstUse('one', 70)).toBe(false)
  })
})

describe('the memory of tokens', () => {
  const remembered = () => ({ claims: '{"sub":"alice"}', untilSeconds: Date.now() / 1000 + 60, keys: undefined })

  test('keeps those that were used last', () => {
    const memory = tokenMemory(4)
    for (const text of ['one', 'two', 'three']) memory.add(text, remembered())
    memory.find('one')
    memory.add('four', remembered())

    expect(memory.find('two')).toBeUndefined()
    expect(memory.find('one')).toBeDefined()
  })

  test('forgets a token when it ends', () => {
    const memory = tokenMemory()
    memory.add('one', remembered())

    clock.pass(60)

    expect(memory.find('one')).toBeUndefined()
  })
})
