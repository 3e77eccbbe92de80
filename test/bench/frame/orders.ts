/** What the measuring program asks of a measured server, one at a time; each is answered once. */
export type Order = Readonly<{
  ask: 'begin' | 'end' | 'codes'
  /** With `end`: so many codes have to have left before the server can be quiet. */
  codesToLeave?: number
}>

/** The first thing that a measured server says. */
export type Listening = Readonly<{ port: number }>

/** The answer to each order: nothing; microseconds of CPU since `begin`; codes by recipient since the last time. */
export type Answers = Readonly<{
  begin: Readonly<Record<never, never>>
  end: Readonly<{ microseconds: number }>
  codes: Readonly<Record<string, string>>
}>
