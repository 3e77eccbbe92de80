import express from 'express'
import { auth } from 'express-oauth2-jwt-bearer'
import { serve } from '../frame/serve.js'
import { audience } from '../frame/token-issuer.js'
import { showNotes } from './notes.js'

const app = express()
const issuer = process.env.BENCH_ISSUER ?? ''
app.get(
  '/notes',
  auth({ issuer, jwksUri: `${issuer}/jwks`, audience, tokenSigningAlg: 'RS256', strict: true }),
  showNotes,
)
serve(app)
