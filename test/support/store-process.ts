import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Store } from '@countersign/core'

const program = fileURLToPath(new URL('./store-process-main.mjs', import.meta.url))

/** A store in a process of its own. */
export type StoreProcess = Readonly<{ store: Store; pid: number | undefined; stop(): Promise<void> }>

type Answer = Readonly<{ call: number; value?: unknown; error?: Readonly<{ message: string; code?: string }> }>
type Waiting = Map<number, (answer: Answer) => void>

/**
 * Starts a process that holds a `mongooseStore` on this database, and gives a store that asks it. The process runs the
 * built packages, as an application would; `now()` is the only method that cannot cross the boundary.
 */
export async function storeProcess(url: string, database: string): Promise<StoreProcess> {
  const child = fork(program, [url, database], { serialization: 'advanced', execArgv: [] })
  const waiting: Waiting = new Map()
  child.on('message', (answer: Answer) => {
    waiting.get(answer.call)?.(answer)
    waiting.delete(answer.call)
  })
  const ask = asking(child, waiting)
  await ask('start', [])
  return { store: remoteStore(ask), pid: child.pid, stop: () => ended(child) }
}

type Ask = (method: string, parameters: readonly unknown[]) => Promise<never>

function asking(child: ChildProcess, waiting: Waiting): Ask {
  let calls = 0
  return (method, parameters) =>
    new Promise((resolve, reject) => {
      const call = ++calls
      waiting.set(call, ({ value, error }) => {
        if (error) reject(Object.assign(new Error(error.message), { code: error.code }))
        else resolve(value as never)
      })
      child.once('exit', (code) => reject(new Error(`The process of the store ended with ${code}.`)))
      child.setMaxListeners(0)
      child.send({ call, method, parameters })
    })
}

function remoteStore(ask: Ask): Store {
  return {
    subjects: {
      now() {
        throw new Error('now() does not cross the boundary of a process.')
      },
      load: (...parameters) => ask('subjects.load', parameters),
      commit: (...parameters) => ask('subjects.commit', parameters),
      claim: (...parameters) => ask('subjects.claim', parameters),
      release: (...parameters) => ask('subjects.release', parameters),
      findByContact: (...parameters) => ask('subjects.findByContact', parameters),
      revokedSince: (...parameters) => ask('subjects.revokedSince', parameters),
    },
    audit: {
      append: (...parameters) => ask('audit.append', parameters),
      read: (...parameters) => ask('audit.read', parameters),
    },
    limits: { take: (...parameters) => ask('limits.take', parameters) },
  }
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null) return resolve()
    child.once('exit', () => resolve())
    child.disconnect()
  })
}
