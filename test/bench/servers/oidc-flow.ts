import { createCountersign, newKey } from '@countersign/core'
import { memoryStore } from '@countersign/memory'
import { createOidcStepUp } from '@countersign/oidc-provider'
import express from 'express'
import { Provider } from 'oidc-provider'
import { serve } from '../frame/serve.js'
import { droppingChannel, silent } from './dropped.js'
import { addOwnPages, configuration, issuer } from './openid-provider.js'

const app = express()
const codes = new Map<string, string>()
const countersign = createCountersign({
  store: memoryStore(),
  keys: newKey(),
  publicUrl: issuer,
  channels: [droppingChannel(codes)],
  contactsOf: (subject) => [{ kind: 'email', address: `${subject}@example.test`, proved: true }],
  actions: {},
  log: silent,
})
const stepUp = createOidcStepUp({
  countersign,
  levels: [{ acr: '1' }, { acr: '2', stepUp: true, ttlSeconds: 900 }],
  clientLimits: 'off',
})
const provider = new Provider(issuer, stepUp.configure(await configuration()))
app.use('/step-up', stepUp.attach(provider).router)
addOwnPages(app, provider, {})
app.use(provider.callback())
await countersign.start()
serve(app, codes)
