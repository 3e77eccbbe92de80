import { jest } from '@jest/globals'

// Before the harness and the sources load it.
jest.unstable_mockModule('express', () => import('express4'))

const { aPerson } = await import('./a-person.js')
const { aProvider } = await import('./a-provider.js')

test('on Express 4 a relying party gets the level, and pages say what they say', async () => {
  const { default: express } = await import('express')
  expect(express).toBe((await import('express4')).default)
  const op = await aProvider()

  const walk = await (await aPerson(op).asks({ parameters: { acr_values: '2' } })).logsIn()
  const page = await walk.browser.send(walk.url, { accept: 'text/html' })
  expect(await page.text()).toContain('Check this sign-in')
  expect((await walk.answers('00000000')).status).toBe(404)
  expect((await (await walk.confirms()).tokens()).claims()?.acr).toBe('2')
  const lost = await walk.browser.send(new URL('/step-up/unheard-of', op.issuer))
  expect(lost.status).toBe(410)
  await op.stop()
})
