import type { Connection } from 'mongoose'

/** What a fail point does to a command: see `failCommand` in MongoDB's own tests. */
export type Failure = Readonly<{
  failCommands: readonly string[]
  /** Only connections of this name meet it; the server is shared with other tests. */
  appName: string
  closeConnection?: boolean
  errorCode?: number
  errorLabels?: readonly string[]
  writeConcernError?: Readonly<{ code: number; errmsg: string }>
  blockConnection?: boolean
  blockTimeMS?: number
}>

/** Makes the server fail such commands so many times, or `always`, until `noFailures`. */
export async function failing(
  connection: Connection,
  failure: Failure,
  times: number | 'always' = 'always',
): Promise<void> {
  const mode = times === 'always' ? 'alwaysOn' : { times }
  await connection.db?.admin().command({ configureFailPoint: 'failCommand', mode, data: failure })
}

/** Ends what `failing` began. */
export async function noFailures(connection: Connection): Promise<void> {
  await connection.db?.admin().command({ configureFailPoint: 'failCommand', mode: 'off' })
}

/** Whether the server was started with its test commands. */
export async function offersFailPoints(connection: Connection): Promise<boolean> {
  return noFailures(connection).then(
    () => true,
    () => false,
  )
}
