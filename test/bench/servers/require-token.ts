import { requireToken } from '@countersign/resource-server'
import express from 'express'
import { serve } from '../frame/serve.js'
import { audience } from '../frame/token-issuer.js'
import { showNotes } from './notes.js'

const app = express()
const issuer = process.env.BENCH_ISSUER ?? ''
const levels = [{ acr: '1' }, { acr: '2' }]
app.get('/notes', requireToken({ issuer, audience, levels, acr: '2', maxAgeSeconds: 3600 }), showNotes)
serve(app)
