import express from 'express'
import { serve } from '../frame/serve.js'
import { showNotes } from './notes.js'

const app = express()
app.get('/notes', showNotes)
serve(app)
