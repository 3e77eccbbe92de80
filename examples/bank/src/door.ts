import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { Socket } from 'node:net'
import { hasCode } from './error-code.js'
import { SetupError } from './settings.js'

/** The port of the bank. It is taken before anything else starts, since the bank's address may depend on it. */
export interface Door {
  readonly port: number
  /** From now on requests are answered; with `localOnly` those from this machine. */
  answerWith(listener: RequestListener, localOnly: boolean): void
  /** Waits for answers that are under way, but not for connections that nobody uses. Repeatable. */
  readonly close: () => Promise<void>
}

/**
 * Takes a port; 0 is a free one.
 * @throws SetupError when another program has it.
 */
export async function openDoor(port: number): Promise<Door> {
  let listener: RequestListener = notYet
  const server = createServer((request, response) => listener(request, response))
  await listen(server, port)
  return {
    port: portOf(server),
    answerWith(answer, localOnly) {
      if (localOnly) server.on('connection', refuseStrangers)
      listener = answer
    },
    close: () => close(server),
  }
}

const notYet: RequestListener = (_request, response) => {
  response.writeHead(503, { 'Retry-After': '1' }).end()
}

async function listen(server: Server, port: number): Promise<void> {
  server.listen(port)
  try {
    await once(server, 'listening')
  } catch (error) {
    if (!hasCode(error, 'EADDRINUSE')) throw error
    throw new SetupError(
      `Port ${port} is in use. Stop the other program, or take another port, such as PORT=${port + 1}.`,
    )
  }
}

function portOf(server: Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The bank has no port.')
  return address.port
}

/** A bank for this machine alone answers nobody else, although it listens for both kinds of address. */
function refuseStrangers(socket: Socket): void {
  if (!/^(::1|(::ffff:)?127\.\d+\.\d+\.\d+)$/.test(socket.remoteAddress ?? '')) socket.destroy()
}

const patienceMilliseconds = 2000

async function close(server: Server): Promise<void> {
  if (!server.listening) return
  const closed = once(server, 'close')
  server.close()
  const impatience = setTimeout(() => server.closeAllConnections(), patienceMilliseconds)
  await closed
  clearTimeout(impatience)
}
