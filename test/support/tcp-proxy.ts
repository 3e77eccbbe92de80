import { connect, createServer, type Server, type Socket } from 'node:net'

/** A command of MongoDB that writes. */
export type WriteCommand = 'insert' | 'update' | 'findAndModify'

/** What becomes of an answer that is lost: the connection closes, or nothing ever comes. */
export type Loss = 'closed' | 'silent'

/** A wire to a MongoDB server that can be damaged. */
export type TcpProxy = Readonly<{
  /** On 127.0.0.1. */
  port: number
  /** Ends every connection and lets none in. */
  cut(): void
  /** Lets connections in again; with it ends `delay` and `loseAnswers`. */
  mend(): void
  /** Holds every answer back for so long. */
  delay(milliseconds: number): void
  /**
   * Forwards such a command and, once the server has answered, drops the answer: the write is applied, and the client
   * does not know. The next `times` answers are lost, all of them without it.
   */
  loseAnswers(to: WriteCommand, how?: Loss, times?: number): void
  /** How many such commands were forwarded. */
  forwarded(command: WriteCommand): number
  stop(): Promise<void>
}>

type Damage = { cut: boolean; delayMs: number; lose?: { to: WriteCommand; how: Loss; left: number } }

/** A proxy before the server at this address. It reads the commands, so it needs a connection without TLS and compression. */
export async function tcpProxy(target: Readonly<{ host: string; port: number }>): Promise<TcpProxy> {
  const damage: Damage = { cut: false, delayMs: 0 }
  const counts = new Map<WriteCommand, number>()
  const sockets = new Set<Socket>()
  const server = createServer((client) => carry(client, connect(target.port, target.host), { damage, counts, sockets }))
  const endAll = () => {
    for (const socket of sockets) socket.destroy()
  }

  return {
    port: await listening(server),
    cut() {
      damage.cut = true
      endAll()
    },
    mend() {
      Object.assign(damage, { cut: false, delayMs: 0 })
      delete damage.lose
    },
    delay(milliseconds) {
      damage.delayMs = milliseconds
    },
    loseAnswers(to, how = 'closed', times = Number.POSITIVE_INFINITY) {
      damage.lose = { to, how, left: times }
    },
    forwarded: (command) => counts.get(command) ?? 0,
    stop() {
      endAll()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

type Wire = Readonly<{ damage: Damage; counts: Map<WriteCommand, number>; sockets: Set<Socket> }>

function carry(client: Socket, server: Socket, { damage, counts, sockets }: Wire): void {
  const end = () => {
    for (const socket of [client, server]) {
      socket.destroy()
      sockets.delete(socket)
    }
  }
  for (const socket of [client, server]) sockets.add(socket.on('error', end).on('close', end))
  if (damage.cut) end()

  let losing: Loss | undefined
  client.on('data', (bytes) => {
    const command = writeCommandIn(bytes)
    if (command) counts.set(command, (counts.get(command) ?? 0) + 1)
    losing ??= lossOf(damage, command)
    server.write(bytes)
  })
  server.on('data', (bytes) => {
    if (losing === 'closed') end()
    else if (losing === 'silent') return
    else if (damage.delayMs === 0) client.write(bytes)
    else setTimeout(() => client.writable && client.write(bytes), damage.delayMs)
  })
}

function lossOf({ lose }: Damage, command: WriteCommand | undefined): Loss | undefined {
  if (!lose || lose.to !== command || lose.left <= 0) return undefined
  lose.left -= 1
  return lose.how
}

/** The first element of a command document is its name: a text (type 2) with the collection as its value. */
function writeCommandIn(bytes: Buffer): WriteCommand | undefined {
  const names = ['insert', 'update', 'findAndModify'] as const
  return names.find((name) => bytes.subarray(0, 64).includes(`\u0002${name}\u0000`))
}

function listening(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      if (address && typeof address === 'object') resolve(address.port)
    })
  })
}
