import { memoryStore } from '@countersign/memory'
import express from 'express'
import { serve } from '../frame/serve.js'
import { addBank } from './bank.js'
import { addSignIn, sessions } from './sessions.js'

const app = express()
const codes = new Map<string, string>()
app.use(sessions())
addSignIn(app)
await addBank(app, { store: memoryStore(), codes, identify: (request) => request.session })
serve(app, codes)
