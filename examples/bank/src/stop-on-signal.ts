import type { Logger } from 'pino'

/** Ends a program at the first TERM or INT as it should end, and at the second one at once. */
export function stopOnSignal({ stop }: Readonly<{ stop(): Promise<void> }>, log: Logger): void {
  let stopping = false
  const heard = (signal: NodeJS.Signals) => {
    if (stopping) process.exit(1)
    stopping = true
    log.info({ signal }, 'stopping')
    // Whatever hangs must not keep the process for longer than this.
    setTimeout(() => process.exit(1), 8000).unref()
    stop().catch(() => {
      process.exitCode = 1
    })
  }
  process.on('SIGTERM', heard)
  process.on('SIGINT', heard)
}
