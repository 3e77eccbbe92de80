/** Which server would serve, and how it is called in a report. */
export type FoundMongoServer =
  | Readonly<{ kind: 'url'; url: string; name: string }>
  | Readonly<{ kind: 'mongod' | 'secantusdb'; command: string; name: string }>
  | Readonly<{ kind: 'none'; why: string }>

/** A server that answers. `pid` is the server's own, absent for the server of MONGO_URL, which `stop` leaves alone. */
export type RunningMongoServer = Readonly<{
  url: string
  name: string
  pid: number | undefined
  stop(): Promise<void>
}>

export type StartOptions = Readonly<{
  /** Keeps the data there; without it they vanish with the server. Implies `own`. */
  storagePath?: string
  /** A free one if it is not given. */
  port?: number
  extraArgs?: readonly string[]
  /** Fail points (`configureFailPoint`). On unless false. */
  testCommands?: boolean
  /** Passes MONGO_URL over: for a test that must start, stop or kill the server itself. */
  own?: boolean
  server?: FoundMongoServer
}>

export const whatToInstall: string
export function findMongoServer(options?: Readonly<{ own?: boolean; install?: boolean }>): Promise<FoundMongoServer>
export function startMongoServer(options?: StartOptions): Promise<RunningMongoServer>
