import { jest } from '@jest/globals'
import { aProvider } from './a-provider.js'
import { decisionTable } from './decision-table.js'

// Before the harness and the sources load it.
jest.unstable_mockModule('oidc-provider', () => import('oidc-provider912'))

test('the harness runs on the oldest library', async () => {
  jest.spyOn(console, 'warn').mockImplementation(() => {})
  const oldest = await import('oidc-provider912')

  expect((await import('oidc-provider')).Provider).toBe(oldest.Provider)
})

describe('on oidc-provider 9.12.0', () => decisionTable(aProvider))
