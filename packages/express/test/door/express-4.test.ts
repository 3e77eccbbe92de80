import { jest } from '@jest/globals'
import { journeys } from './journeys.js'

/** The door imports `express`: here it gets the other one, as it does where 4 is installed. */
async function loadedWithExpress4() {
  const { default: express } = await import('express4')
  jest.unstable_mockModule('express', () => ({ default: express }))
  const { stepUp } = await import('../../src/index.js')
  return { express, stepUp }
}

describe('on Express 4', () => {
  journeys(loadedWithExpress4)

  test('the door really runs on Express 4', async () => {
    const { express } = await loadedWithExpress4()
    expect((await import('express')).default).toBe(express)
    // Express 5 has no `param` of this kind any more.
    expect(Reflect.get(express.request, 'param')).toBeInstanceOf(Function)
  })
})
