import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { newKey } from '@countersign/core'
import { type Inbox, inbox } from '@countersign/testing'
import { aConnection, aDatabaseName, describeOnMongo, dropped, mongoUrl } from '../support/mongodb.js'
import { until } from '../support/until.js'

const program = fileURLToPath(new URL('../support/year-process-main.mjs', import.meta.url))
const patience = 60_000
const day = 86_400_000
const inWords = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' })

type Reply = Readonly<{ call?: number; value?: unknown; error?: string }>

/** A process that holds a Countersign. */
async function aProcess(database: string, keys: string, smtpUrl: string) {
  const child = fork(program, [mongoUrl ?? '', database, keys, smtpUrl], { execArgv: [] })
  await once(child, 'message')
  let calls = 0
  return {
    child,
    ask(verb: string, parameter: unknown): Promise<unknown> {
      const call = ++calls
      return new Promise((resolve, reject) => {
        const hear = ({ call: answered, value, error }: Reply) => {
          if (answered !== call) return
          child.off('message', hear)
          if (error === undefined) resolve(value)
          else reject(new Error(error))
        }
        child.on('message', hear)
        child.send({ call, verb, parameter })
      })
    },
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const exited = once(child, 'exit')
  child.disconnect()
  await exited
}

describeOnMongo('a security code whose year two processes watch at once', () => {
  const database = aDatabaseName()
  let mail: Inbox
  let processes: readonly Awaited<ReturnType<typeof aProcess>>[]

  beforeAll(async () => {
    mail = await inbox()
    const keys = newKey()
    processes = await Promise.all([aProcess(database, keys, mail.smtpUrl), aProcess(database, keys, mail.smtpUrl)])
  }, patience)
  afterAll(async () => {
    await Promise.all(processes.map(({ child }) => ended(child)))
    await mail.stop()
    await dropped(await aConnection(database))
  }, patience)

  test(
    'is reminded of 14, 7 and 1 days before its end and at its end, each once to each address',
    async () => {
      const [one, other] = processes
      if (!one || !other) throw new Error('Two processes were to be started.')
      const subjects = () => mail.messages().map(({ subject, to }) => `${subject} (${to})`)
      const arrive = (what: string, count: number) =>
        until(what, async () => mail.messages().length >= count || undefined, patience)
      const moveTo = (days: number) => Promise.all(processes.map(({ ask }) => ask('advance', days * day + day / 2)))

      await one.ask('issue', { subject: 'alice' })
      const sent = await mail.next()
      const code = /^([0-9A-Z]{5}-[0-9A-Z]{5})$/m.exec(sent.text)?.[1]
      const whom = { subject: 'alice', session: 'a session of alice that nobody guesses' }
      const activation = (await other.ask('activate', { ...whom, code })) as { outcome: string; expiresAt: string }
      expect(activation.outcome).toBe('activated')
      await arrive('the word that the code is active', 3)

      const before = subjects().length
      for (const [index, days] of [351, 358, 364, 366].entries()) {
        await moveTo(days)
        await arrive(`what is due after ${days} days`, before + 2 * (index + 1))
      }
      // Comes behind everything that is under way for this person: once it is there, nothing earlier is still to come.
      await one.ask('revoke', { subject: 'alice' })
      await arrive('the word that the code is revoked', before + 10)

      const dayOf = (days: number) => inWords.format(Date.parse(activation.expiresAt) + days * day)
      const texts = mail.messages().slice(before)
      for (const { subject, text } of texts.filter((one) => /ends soon|has ended/.test(one.subject)))
        expect(text).toContain(subject.includes('ended') ? `until ${dayOf(30)}` : `ends on ${dayOf(0)}`)

      const year = subjects().slice(before)
      const counts = new Map(year.map((line) => [line, year.filter((same) => same === line).length]))
      expect(year).toHaveLength(10)
      expect([...counts].filter(([line]) => line.includes('home')).map(([, count]) => count)).toEqual([3, 1, 1])
      expect([...counts].filter(([line]) => line.includes('work')).map(([, count]) => count)).toEqual([3, 1, 1])
    },
    patience,
  )
})
