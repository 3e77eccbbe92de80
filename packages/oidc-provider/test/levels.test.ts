import { aPerson } from './a-person.js'
import { aProvider, type TestProvider } from './a-provider.js'

let op: TestProvider
beforeAll(async () => {
  op = await aProvider()
})
afterAll(() => op.stop())

test('a login alone gives the first level', async () => {
  const tokens = await aPerson(op).signsIn()

  expect(tokens.claims()).toMatchObject({ sub: 'alice', acr: '1' })
})

test('a relying party asks for the second level, and gets it after a code', async () => {
  const person = aPerson(op)
  await person.signsIn()

  const walk = await person.asks({ parameters: { acr_values: '2' } })
  expect(await walk.page()).toEqual({
    prompt: 'step_up',
    shown: {},
    factors: [{ id: expect.any(String), kind: 'email-code', destination: 'a***@e***.test' }],
  })
  const tokens = await (await walk.confirms()).tokens()

  expect(tokens.claims()).toMatchObject({ acr: '2', amr: ['otp'] })
})
