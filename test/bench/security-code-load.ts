import { type Client, createClient } from './frame/client.js'
import { startServer } from './frame/measured-server.js'
import { quantile } from './frame/statistics.js'

/** Checks at once, and as many rounds of them. */
const together = 50
const rounds = 3
/** One-time answers of each round, and the milliseconds between two: they last as long as the checks do. */
const oneTimeEach = 40
const apartMilliseconds = 30
/** */
const mostMilliseconds = 500

type Question = Readonly<{ subject: string; session: string; challenge: string; code: string }>
type Timed = Readonly<{ status: number; took: number }>

/** What fifty checks of a security code at once do to other routes: `/health`, and answers with one-time codes. In a process of its own. */
export async function securityCodeLoad(): Promise<string> {
  const server = await startServer('codes-at-once')
  const others = createClient(server.url, 1)
  const checks: Timed[] = []
  const health: Timed[] = []
  const oneTime: Timed[] = []
  try {
    const beside = [...(await questions(others, 'photos.open'))]
    for (let round = 0; round < rounds; round += 1) {
      const own = await questions(others, 'notes.open')
      let running = true
      const crowd = createClient(server.url, together)
      const everybody = Promise.all(own.map((question) => answer(crowd, question))).then((done) => {
        running = false
        checks.push(...done)
      })
      const asked = beside.splice(0, oneTimeEach)
      let nextAt = performance.now()
      while (running) {
        health.push(await timed(async () => (await others.send('GET', '/health', {})).status))
        if (performance.now() < nextAt) continue
        nextAt += apartMilliseconds
        const question = asked.pop()
        if (question) oneTime.push(await answer(others, question))
      }
      await everybody
      crowd.close()
    }
  } finally {
    others.close()
    server.stop()
  }
  requireMeasured({ checks: checks.filter(({ status }) => status === 200), health, oneTime })
  return [
    `${together} checks at once, ${rounds} times: ${countOf(checks, 200)} answered, ${countOf(checks, 503)} refused as 503, ${checks.length - countOf(checks, 200) - countOf(checks, 503)} otherwise.`,
    told('/health', health),
    told('one-time answers', oneTime),
  ].join('\n')
}

/** A verdict on nothing is none. */
function requireMeasured(series: Readonly<Record<string, readonly Timed[]>>): void {
  for (const [name, answers] of Object.entries(series))
    if (answers.length < 10 * rounds)
      throw new Error(`Only ${answers.length} of "${name}" were measured while codes were checked: that says nothing.`)
}

async function questions(client: Client, action: string): Promise<readonly Question[]> {
  const { body } = await client.send('POST', `/questions/${action}`, {}, {})
  return body.questions as readonly Question[]
}

function answer(client: Client, { subject, session, challenge, code }: Question): Promise<Timed> {
  const headers = { 'x-person': subject, 'x-sign-in': session, 'sec-fetch-site': 'same-origin' }
  return timed(
    async () => (await client.send('POST', `/countersign/challenges/${challenge}/answer`, headers, { code })).status,
  )
}

async function timed(work: () => Promise<number>): Promise<Timed> {
  const began = performance.now()
  return { status: await work(), took: performance.now() - began }
}

function countOf(answers: readonly Timed[], status: number): number {
  return answers.filter((one) => one.status === status).length
}

function told(name: string, answers: readonly Timed[]): string {
  const times = answers.map(({ took }) => took)
  const [median, p99] = [quantile(times, 0.5), quantile(times, 0.99)]
  const good = countOf(answers, 200)
  const verdict = p99 < mostMilliseconds && good === answers.length ? 'met' : 'MISSED'
  return `${name}: ${good} of ${answers.length} answered 200, median ${median.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms (${verdict}: less than ${mostMilliseconds})`
}
