import express, { type RequestHandler } from 'express'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { serve } from '../frame/serve.js'
import { audience } from '../frame/token-issuer.js'
import { showNotes } from './notes.js'

const issuer = process.env.BENCH_ISSUER ?? ''
const keys = createRemoteJWKSet(new URL(`${issuer}/jwks`))

/** As jose's own documentation verifies an access token. */
const verify: RequestHandler = async (request, _response, next) => {
  const token = request.headers.authorization?.slice('Bearer '.length) ?? ''
  await jwtVerify(token, keys, { issuer, audience, typ: 'at+jwt' })
  next()
}

const app = express()
app.get('/notes', verify, showNotes)
serve(app)
