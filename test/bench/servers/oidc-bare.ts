import express from 'express'
import { Provider } from 'oidc-provider'
import { serve } from '../frame/serve.js'
import { addOwnPages, configuration, issuer } from './openid-provider.js'

const app = express()
const provider = new Provider(issuer, await configuration())
addOwnPages(app, provider, { acr: '2', amr: ['otp'] })
app.use(provider.callback())
serve(app)
