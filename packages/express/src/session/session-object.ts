/** The session object of a request, as express-session and its like make it. */
export type SessionObject = Record<string, unknown>

/** What `express-session` puts on a request, as far as it is there. */
export type SessionParts = Readonly<{
  session: SessionObject | undefined
  id: string | undefined
  store: object | undefined
}>

/** Reads a request without a word about its types: which session library there is, if any, is the application's matter. */
export function sessionPartsOf(request: object): SessionParts {
  const session: unknown = Reflect.get(request, 'session')
  const id: unknown = Reflect.get(request, 'sessionID')
  const store: unknown = Reflect.get(request, 'sessionStore')
  return {
    session: isObject(session) ? session : undefined,
    id: typeof id === 'string' ? id : undefined,
    store: isObject(store) ? store : undefined,
  }
}

/** Whether a value has fields to look at. */
export function isObject(value: unknown): value is SessionObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
