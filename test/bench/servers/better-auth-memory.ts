import { memoryAdapter } from 'better-auth/adapters/memory'
import express from 'express'
import { serve } from '../frame/serve.js'
import { addAuth, twoFactorAuth } from './two-factor.js'

const codes = new Map<string, string>()
const tables = { user: [], session: [], account: [], verification: [], twoFactor: [] }
const app = express()
addAuth(app, twoFactorAuth(memoryAdapter(tables), codes))
serve(app, codes)
