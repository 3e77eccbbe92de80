import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Log } from '@countersign/core'
import { codeIn, inbox as openInbox } from '@countersign/testing'
import { createApp } from './app.js'
import { seededPeople } from './people.js'
import { loginCountersign } from './step-up.js'

/** The example, running. */
export type Example = Readonly<{
  url: string
  /** The code in the oldest mail to an address that was not asked for before; waits for one. */
  nextCode: (to: string) => Promise<string>
  stop: () => Promise<void>
}>

/** Starts everything on this machine: a mail server that keeps what it gets, step-up in memory, and the application. */
export async function startExample({ port, log }: Readonly<{ port: number; log?: Log }>): Promise<Example> {
  const server = createServer().listen(port, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://localhost:${(server.address() as AddressInfo).port}`

  const inbox = await openInbox()
  const people = await seededPeople()
  const countersign = loginCountersign({ people, smtpUrl: inbox.smtpUrl, publicUrl: url, ...(log && { log }) })
  await countersign.start()
  server.on('request', createApp({ publicUrl: url, people, countersign, mails: inbox.messages }))

  return {
    url,
    async nextCode(to) {
      const mail = await inbox.next((one) => one.to === to && codeIn(one.text) !== undefined)
      return codeIn(mail.text) ?? ''
    },
    async stop() {
      server.close()
      server.closeAllConnections()
      await countersign.stop()
      await inbox.stop()
    },
  }
}
