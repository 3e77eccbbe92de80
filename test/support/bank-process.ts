import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { aClient } from './client.js'
import { freePort } from './free-port.js'
import { until } from './until.js'

/** What a copy of the bank is started with; copies with the same database, keys and public URL are one bank. */
export type BankSetUp = Readonly<{
  mongoUrl?: string
  smtpUrl?: string
  keys: string
  publicUrl?: string
  port?: number
}>

/** A copy of the built bank in a process of its own. */
export interface BankProcess {
  readonly origin: string
  readonly port: number
  readonly pid: number
  /** Everything that it has printed so far, on both outputs. */
  output(): string
  /** Ends it as a power failure would; resolves when it is gone. */
  kill(): Promise<void>
  /** Asks it to end and waits. */
  stop(): Promise<void>
}

const program = fileURLToPath(new URL('../../examples/bank/dist/main.js', import.meta.url))
const readyWithin = 30_000

/** Starts the bank as `npm start` does, without limits per address of the client, and waits until it is ready. */
export async function aBank(setUp: BankSetUp): Promise<BankProcess> {
  const port = setUp.port ?? (await freePort())
  const child = spawn(process.execPath, [program], {
    env: environment(setUp, port),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const bank = watched(child, port)
  await until(`a bank that is ready on port ${port}`, () => isReady(child, bank), readyWithin).catch(async (cause) => {
    await bank.kill()
    throw new Error(`The bank did not start: ${bank.output()}`, { cause })
  })
  return bank
}

function environment({ mongoUrl, smtpUrl, keys, publicUrl }: BankSetUp, port: number): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR, NODE_EXTRA_CA_CERTS } = process.env
  return {
    ...{ PATH, HOME, TMPDIR, NODE_EXTRA_CA_CERTS },
    PORT: String(port),
    CLIENT_LIMITS: 'off',
    COUNTERSIGN_KEYS: keys,
    ...(mongoUrl && { MONGO_URL: mongoUrl }),
    ...(smtpUrl && { SMTP_URL: smtpUrl }),
    ...(publicUrl && { PUBLIC_URL: publicUrl }),
  }
}

function watched(child: ChildProcess, port: number): BankProcess {
  let printed = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      printed += chunk
    })
  const gone = once(child, 'exit').catch(() => undefined)

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal)
    await gone
  }
  return {
    origin: `http://localhost:${port}`,
    port,
    pid: child.pid ?? 0,
    output: () => printed,
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
  }
}

async function isReady(child: ChildProcess, { origin }: BankProcess): Promise<boolean> {
  if (child.exitCode !== null) throw new Error(`It ended with ${child.exitCode}.`)
  const { status } = await aClient(origin).get('/health/ready')
  return status === 200
}
