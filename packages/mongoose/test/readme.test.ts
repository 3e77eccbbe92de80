import { blocksIn, typeErrorsIn } from '../../../test/docs/code-in-docs.js'

/** What the page says is the application's own. */
const given = `
import type { Configuration, Provider as TheProvider } from 'oidc-provider'
import type { mongooseStore as makeStore } from '@countersign/mongoose'
import type { oidcAdapter as makeAdapter } from '@countersign/mongoose/oidc-adapter'
import type { Connection } from 'mongoose'
declare global {
  const mongoose: { connection: Connection }
  const mongooseStore: typeof makeStore
  const oidcAdapter: typeof makeAdapter
  const Provider: typeof TheProvider
  const configuration: Configuration
  const issuer: string
}
`

test('the README compiles against the sources', async () => {
  const blocks = blocksIn('packages/mongoose/README.md', 'ts')

  expect(blocks).toHaveLength(2)
  expect(await typeErrorsIn(blocks, given)).toEqual([])
}, 180_000)
