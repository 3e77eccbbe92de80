import { stepUp } from '@countersign/express'
import express from 'express'
import { serve } from '../frame/serve.js'
import { byHeaders } from './bank.js'
import { type actions, arrived, bankWithCodes, type Person } from './people-with-codes.js'

const peopleWithCodes = 50
/** They have no code of their own, and no message yet: one is possible at once. */
const others = Array.from({ length: 120 }, (_, number) => ({
  subject: `other${number}`,
  session: `the session of other ${number}`,
}))
const { bank, people, sent } = await bankWithCodes(peopleWithCodes)
const { stepUpRoutes } = stepUp(bank, { identify: byHeaders, clientLimits: 'off' })
const app = express()
app.get('/health', (_request, response) => void response.json({ live: true }))
app.use(stepUpRoutes)

/** Opens a question to each, and says what answers it rightly. */
app.post('/questions/:action', async (request, response) => {
  const asked = request.params.action === 'notes.open' ? people.map(forOwnCode) : others.map(forDeliveredCode)
  response.json({ questions: await Promise.all(asked) })
})

async function forOwnCode({ subject, session, code }: Person) {
  return { subject, session, challenge: await question({ subject, session }, 'notes.open'), code }
}

async function forDeliveredCode(whom: Omit<Person, 'code'>) {
  const challenge = await question(whom, 'photos.open')
  return { ...whom, challenge, code: await arrived(sent.delivered, whom.subject) }
}

async function question(whom: Omit<Person, 'code'>, action: keyof typeof actions): Promise<string> {
  const opened = await bank.challenges.open({ ...whom, action })
  if (opened.outcome !== 'opened') throw new Error(`The question was ${opened.outcome}.`)
  return opened.challenge.id
}

serve(app)
