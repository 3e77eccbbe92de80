import { jest } from '@jest/globals'
import type { Connection } from 'mongoose'
import { aConnection, describeOnMongo, dropped } from '../../mongoose/test/mongodb.js'
import { quietly } from '../../mongoose/test/quietly.js'
import { aProvider } from './a-provider.js'
import { decisionTable } from './decision-table.js'

const { oidcAdapter } = await quietly(() => import('@countersign/mongoose/oidc-adapter'))

jest.setTimeout(30_000)

describeOnMongo('with the provider’s artefacts in MongoDB', () => {
  let connection: Connection
  let adapter: ReturnType<typeof oidcAdapter>

  beforeAll(async () => {
    connection = await aConnection()
    adapter = oidcAdapter(connection)
    await adapter.start()
  })
  afterAll(() => dropped(connection))

  decisionTable((parts) => aProvider({ adapter, ...parts }))
})
