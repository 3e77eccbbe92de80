import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import type { Express } from 'express'
import type { Answers, Listening, Order } from './orders.js'

/** Quiet is two windows in a row in which the process used less than that; what it does in idleness is far below. */
const quiet = { windowMilliseconds: 15, windows: 2, microseconds: 400, patienceMilliseconds: 10_000 } as const

/**
 * Runs an application as a measured server: on a free port of the loopback interface, in a process of its own, which
 * ends with the one that measures. `codes` is where its messages left their codes.
 */
export function serve(app: Express, codes: Map<string, string> = new Map()): void {
  let began = process.cpuUsage()

  const orders: { [One in Order['ask']]: (order: Order) => Promise<Answers[One]> } = {
    async begin() {
      began = process.cpuUsage()
      return {}
    },
    async end({ codesToLeave = 0 }) {
      await untilQuiet(() => codes.size >= codesToLeave)
      return { microseconds: microsecondsSince(began) }
    },
    async codes() {
      const taken = Object.fromEntries(codes)
      codes.clear()
      return taken
    },
  }

  process.on('message', async (order: Order) => tell(await orders[order.ask](order)))
  process.on('disconnect', () => process.exit(0))
  const server = app.listen(0, '127.0.0.1', () => tell({ port: (server.address() as AddressInfo).port }))
}

/** Work that goes on behind the last response (a relay, a deferred write) belongs to the requests that caused it. */
async function untilQuiet(isComplete: () => boolean): Promise<void> {
  const giveUpAt = performance.now() + quiet.patienceMilliseconds
  let windows = 0
  while (windows < quiet.windows && performance.now() < giveUpAt) {
    const before = process.cpuUsage()
    await pause(quiet.windowMilliseconds)
    windows = isComplete() && microsecondsSince(before) < quiet.microseconds ? windows + 1 : 0
  }
}

function microsecondsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before)
  return user + system
}

function tell(what: Listening | Answers[Order['ask']]): void {
  process.send?.(what)
}
