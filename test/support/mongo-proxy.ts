import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { mongo } from 'mongoose'

/** A command on its way to the server. */
export type Command = Readonly<{ name: string; collection: string; document: Readonly<Record<string, unknown>> }>

/**
 * What becomes of a command: it passes; the connection closes before the server sees it; the server carries it out and
 * its answer is lost with the connection; or it waits at the proxy until the promise is kept.
 */
export type Fate = 'pass' | 'close-before' | 'lose-answer' | Promise<unknown>

/** Stands between programs and a MongoDB server, and goes wrong when it is told to. */
export interface MongoProxy {
  /** A URL for this way to the server. */
  url(database: string): string
  /** From now on each command gets the fate that this says. */
  judge(fateOf: (command: Command) => Fate): void
  /** Ends all connections and takes no new one, or goes silent: everything stays open and nothing moves. */
  cut(how: 'refuse' | 'silent'): Promise<void>
  /** Lets everything pass again. */
  heal(): Promise<void>
  stop(): Promise<void>
}

type Pair = Readonly<{ client: Socket; server: Socket }>

/** Opens a way to the server of a URL such as `mongodb://127.0.0.1:27017/`. */
export async function aMongoProxy(serverUrl: string): Promise<MongoProxy> {
  const { hostname, port: serverPort } = new URL(serverUrl)
  const pairs = new Set<Pair>()
  let fateOf: (command: Command) => Fate = () => 'pass'
  let silent = false

  const server = createServer((client) => {
    const upstream = connect(Number(serverPort), hostname)
    const pair = { client, server: upstream }
    pairs.add(pair)
    const lost = new Set<number>()
    for (const socket of [client, upstream]) {
      socket.setNoDelay()
      socket.on('error', () => undefined)
      socket.on('close', () => {
        pairs.delete(pair)
        hangUp(pair)
      })
    }
    inOrder(client, async (message) => {
      if (silent) return
      const command = commandIn(message)
      const fate = command ? await fateOf(command) : 'pass'
      if (fate === 'close-before') return hangUp(pair)
      if (fate === 'lose-answer') lost.add(message.readInt32LE(4))
      if (!silent) upstream.write(message)
    })
    inOrder(upstream, async (message) => {
      if (silent) return
      if (lost.has(message.readInt32LE(8))) hangUp(pair)
      else client.write(message)
    })
  })
  const port = await listen(server, 0)

  function hangUpAll(): void {
    for (const pair of pairs) hangUp(pair)
  }

  async function close(): Promise<void> {
    const closed = server.listening ? once(server, 'close') : undefined
    server.close()
    hangUpAll()
    await closed
  }

  return {
    // Otherwise the driver would ask for the members of the set and go to them by itself.
    url: (database) => `mongodb://127.0.0.1:${port}/${database}?directConnection=true`,
    judge(next) {
      fateOf = next
    },
    async cut(how) {
      silent = how === 'silent'
      if (how === 'refuse') await close()
    },
    async heal() {
      fateOf = () => 'pass'
      if (silent) hangUpAll()
      silent = false
      if (!server.listening) await listen(server, port)
    },
    stop: close,
  }
}

function hangUp({ client, server }: Pair): void {
  client.destroy()
  server.destroy()
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port.')
  return address.port
}

/** Hands over each whole message of the wire protocol, one after the other. */
function inOrder(socket: Socket, take: (message: Buffer) => Promise<unknown>): void {
  let rest: Buffer = Buffer.alloc(0)
  let before: Promise<unknown> = Promise.resolve()
  socket.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk])
    while (rest.length >= 4 && rest.length >= rest.readInt32LE(0)) {
      const length = rest.readInt32LE(0)
      const message = rest.subarray(0, length)
      rest = rest.subarray(length)
      before = before.then(() => take(message)).catch(() => socket.destroy())
    }
  })
}

const opMsg = 2013
const sectionsAt = 20
const hasChecksum = 1

/** The command of an OP_MSG: one section is the document that names it, others may hold lists that belong to it. */
function commandIn(message: Buffer): Command | undefined {
  if (message.readInt32LE(12) !== opMsg) return undefined
  const end = message.length - (message.readInt32LE(16) & hasChecksum ? 4 : 0)
  const document: Record<string, unknown> = {}
  for (let at = sectionsAt; at < end; ) {
    const size = message.readInt32LE(at + 1)
    const section = message.subarray(at + 1, at + 1 + size)
    Object.assign(document, message[at] === 0 ? mongo.BSON.deserialize(section) : listIn(section))
    at += 1 + size
  }
  const [name = ''] = Object.keys(document)
  return { name, collection: String(document[name]), document }
}

/** Its name, and documents until it ends. */
function listIn(section: Buffer): Record<string, unknown> {
  const nameEnds = section.indexOf(0, 4)
  const documents: unknown[] = []
  for (let at = nameEnds + 1; at < section.length; at += section.readInt32LE(at))
    documents.push(mongo.BSON.deserialize(section.subarray(at, at + section.readInt32LE(at))))
  return { [section.toString('utf8', 4, nameEnds)]: documents }
}
