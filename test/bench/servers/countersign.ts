import { memoryStore } from '@countersign/memory'
import express from 'express'
import { serve } from '../frame/serve.js'
import { addBank, byHeaders } from './bank.js'

const app = express()
const codes = new Map<string, string>()
await addBank(app, { store: memoryStore(), codes, identify: byHeaders })
serve(app, codes)
