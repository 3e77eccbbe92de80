import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Answers, Listening, Order } from './orders.js'

/** A server in a process of its own, whose use of the processor can be read. */
export type MeasuredServer = Readonly<{
  url: string
  /** Microseconds of CPU that the server's process used from now until, after `work`, the codes had left and it was quiet. */
  measure(work: () => Promise<void>, codesToLeave?: number): Promise<number>
  /** Codes by recipient that left since the last time. Not part of what is measured. */
  codes(): Promise<Answers['codes']>
  stop(): void
}>

/** Starts one of the programs in `servers`. `nodeArguments` is for a profile. */
export async function startServer(
  name: string,
  environment: Readonly<Record<string, string>> = {},
  nodeArguments: readonly string[] = [],
): Promise<MeasuredServer> {
  const child = fork(fileURLToPath(new URL(`../servers/${name}.js`, import.meta.url)), {
    env: { ...process.env, NODE_ENV: 'production', ...environment },
    execArgv: [...nodeArguments],
  })
  const { port } = await nextMessage<Listening>(child, name)

  async function ask<One extends Order['ask']>(order: Order & Readonly<{ ask: One }>): Promise<Answers[One]> {
    const answer = nextMessage<Answers[One]>(child, name)
    child.send(order)
    return answer
  }

  return {
    url: `http://127.0.0.1:${port}`,
    async measure(work, codesToLeave = 0) {
      await ask({ ask: 'begin' })
      await work()
      const { microseconds } = await ask({ ask: 'end', codesToLeave })
      return microseconds
    },
    codes: () => ask({ ask: 'codes' }),
    stop: () => child.disconnect(),
  }
}

async function nextMessage<Message>(child: ChildProcess, name: string): Promise<Message> {
  const ended = new AbortController()
  try {
    return await Promise.race([
      once(child, 'message', { signal: ended.signal }).then(([message]) => message as Message),
      once(child, 'exit', { signal: ended.signal }).then(([code]) => {
        throw new Error(`The measured server "${name}" ended with exit code ${code}.`)
      }),
    ])
  } finally {
    ended.abort()
  }
}
