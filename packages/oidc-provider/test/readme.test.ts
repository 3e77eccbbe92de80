import { blocksIn, typeErrorsIn } from '../../../test/docs/code-in-docs.js'

const blocks = blocksIn('packages/oidc-provider/README.md', 'ts')

/** What the page says is the application's own. */
const given = `
import type { Countersign } from '@countersign/core'
import type { Express } from 'express'
import type { CIBAEnabledConfiguration, Configuration, KoaContextWithOIDC, Provider } from 'oidc-provider'
declare global {
  const app: Express
  const issuer: string
  const configuration: Configuration
  const devInteractions: { enabled: false }
  const backchannel: Omit<CIBAEnabledConfiguration, 'enabled' | 'deliveryModes' | 'triggerAuthenticationDevice'>
  type Context = KoaContextWithOIDC
  type BackchannelRequest = InstanceType<Provider['BackchannelAuthenticationRequest']>
  const countersign: Countersign<{
    readonly 'payment.approve': {
      readonly binds: { readonly amount: 'decimal'; readonly payee: 'iban' }
      readonly requires: { readonly level: 'code'; readonly mode: 'once' }
    }
    readonly 'vault.open': { readonly requires: { readonly level: 'code'; readonly mode: 'window' } }
  }>
}
`

test('the README compiles against the sources', async () => {
  expect(blocks).toHaveLength(5)
  expect(await typeErrorsIn(blocks, given)).toEqual([])
}, 180_000)
