import { channelContract } from '@countersign/testing'
import { emailChannel } from '../src/index.js'

// Reached by its path: the testing package depends on this one, so this one cannot depend on it.
describe('the contract of channels', () => {
  channelContract({ test, makeChannel: (smtp) => emailChannel({ smtp, from: 'Example Bank <codes@bank.example>' }) })
})
