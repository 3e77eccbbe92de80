import express from 'express'
import { serve } from '../frame/serve.js'
import { showNotes } from './notes.js'
import { addSignIn, sessions } from './sessions.js'

const app = express()
app.use(sessions())
addSignIn(app)
app.get('/notes', showNotes)
serve(app)
