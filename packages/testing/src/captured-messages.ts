import type { Channel, Message } from '@countersign/core'

/** What a test reads instead of mail: every message that left, oldest first, without a server between. */
export interface CapturedMessages {
  /** Give it to `createCountersign`; `aCountersign` does so by itself. */
  readonly channel: Channel
  /** So far, oldest first. */
  messages(): readonly Message[]
  /**
   * The code of the newest message with one; waits for it, since messages leave after the commit. `to`: an address, or the
   * subject whose address is `<subject>@example.test`.
   * @throws Error when none came within two seconds.
   */
  lastCode(to?: string): Promise<string>
  /** Forgets the messages so far. */
  clear(): void
}

const patience = 2000

/** A channel that keeps what it is given, and the way to read it. */
export function capturedMessages(): CapturedMessages {
  const messages: Message[] = []
  const waiting = new Set<() => void>()
  const channel: Channel = {
    kind: 'email',
    async send(message) {
      messages.push(message)
      for (const look of waiting) look()
      return { outcome: 'accepted' }
    },
  }

  function newestCode(to: string | undefined): string | undefined {
    const message = messages.findLast((one) => 'code' in one && isFor(one, to))
    return message && 'code' in message ? message.code.reveal() : undefined
  }

  return {
    channel,
    messages: () => [...messages],
    clear: () => {
      messages.length = 0
    },
    async lastCode(to) {
      const settled = await nextTurns()
      return settled && (newestCode(to) ?? (await waitFor(waiting, () => newestCode(to))))
    },
  }
}

/** Lets a relay that was just kicked take its turn, so that the newest code is really the newest. */
async function nextTurns(): Promise<true> {
  for (let turn = 0; turn < 8; turn++) await new Promise((resolve) => setImmediate(resolve))
  return true
}

function isFor({ to }: Message, wanted: string | undefined): boolean {
  const address = to.address.reveal()
  return wanted === undefined || address === wanted || address === `${wanted}@example.test`
}

function waitFor<T>(waiting: Set<() => void>, find: () => T | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      waiting.delete(look)
      reject(new Error(`No message with a code came within ${patience} ms.`))
    }, patience)
    function look(): void {
      const found = find()
      if (found === undefined) return
      clearTimeout(timer)
      waiting.delete(look)
      resolve(found)
    }
    waiting.add(look)
  })
}
