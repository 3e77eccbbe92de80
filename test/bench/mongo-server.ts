import type * as MongoScript from '../../scripts/mongodb.mjs'

/** A MongoDB server to measure on, or why there is none. */
export type FoundMongo =
  | Readonly<{ outcome: 'found'; url: string; name: string; stop(): Promise<void> }>
  | Readonly<{ outcome: 'none'; why: string }>

/** The server that the environment names, or the one that the project's own script finds or installs. */
export async function findMongo(): Promise<FoundMongo> {
  const given = process.env.COUNTERSIGN_TEST_MONGO_URL
  if (given)
    return {
      outcome: 'found',
      url: withDatabase(given),
      name: 'the server of COUNTERSIGN_TEST_MONGO_URL',
      stop: async () => {},
    }

  const { findMongoServer, startMongoServer, whatToInstall } = await mongoScript()
  const server = await findMongoServer()
  if (server.kind === 'none') return { outcome: 'none', why: `${server.why} ${whatToInstall}` }
  const { url, name, stop } = await startMongoServer({ server, testCommands: false })
  return { outcome: 'found', url: withDatabase(url), name, stop }
}

/** `scripts` is no package: it is found beside the folder that this program was built into. */
async function mongoScript(): Promise<typeof MongoScript> {
  return import(new URL('../../../scripts/mongodb.mjs', import.meta.url).href)
}

/** A database of its own, which is dropped: never the one that the URL names. */
function withDatabase(url: string): string {
  const own = new URL(url)
  own.pathname = '/countersign_bench'
  return own.href
}
