import express from 'express'
import { serve } from '../frame/serve.js'

const app = express()
app.use(express.json())
app.post('/challenges', (_request, response) => {
  response.json({ challenge: 'c'.repeat(300) })
})
app.post('/challenges/:id/answer', (_request, response) => {
  response.json({ elevation: 'e'.repeat(400) })
})
serve(app)
