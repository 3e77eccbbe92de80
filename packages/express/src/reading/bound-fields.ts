import { type ActionDefinition, type BoundValues, CountersignError } from '@countersign/core'
import type { Door } from '@countersign/core/door'
import type { Request, Response } from 'express'
import type { Awaitable } from '../options.js'
import { faultOfValue } from './json-text.js'

/** Gives the bound fields of a request that the guard cannot read from its body by name. */
export type Bind = (request: Request<Record<string, string>>, response: Response) => Awaitable<object>

/** The bound fields of a request, or why they are not to be had. The field is for the log, never for the answer. */
export type BoundOutcome =
  | Readonly<{ outcome: 'ok'; bound: BoundValues }>
  | Readonly<{ outcome: 'malformed'; field: string; line: string }>
  | Readonly<{ outcome: 'unread' }>

/** Reads the bound fields of one action from requests. */
export type BoundFields = (request: Request, response: Response) => Promise<BoundOutcome>

/**
 * By `bind`, or from the body by name. Without `bind` a body has no field that is neither bound nor unbound, and the query
 * none that is bound: whatever the handler reads is what was shown.
 */
export function boundFields(
  action: string,
  definition: ActionDefinition,
  door: Door,
  bind: Bind | undefined,
): BoundFields {
  const names = Object.keys(definition.binds ?? {})
  const nothing: BoundOutcome = { outcome: 'ok', bound: {} }
  if (bind) return async (request, response) => checked(await bind(asBindable(request), response))
  if (names.length === 0) return async () => nothing

  const unbound = definition.unbound ?? []
  let bodySeen = false
  return async function fromBody(request) {
    refuseRouteParameter(action, names, request)
    bodySeen ||= isParsed(request)
    if (!isParsed(request)) return unread(request, bodySeen)
    return fromRequest(request)
  }

  function fromRequest(request: Request): BoundOutcome {
    const inQuery = names.find((name) => Object.hasOwn(request.query, name))
    if (inQuery !== undefined)
      return malformed(
        inQuery,
        `"${inQuery}" stands in the query. Send it in the body, or say which one counts: bind: (request) => ({ ... }).`,
      )
    const body: unknown = request.body
    if (typeof body !== 'object' || body === null || Array.isArray(body) || faultOfValue(body))
      return malformed('', 'The body is not an object of plain fields. Send a JSON object, or a form.')
    const extra = Object.keys(body).find((name) => !names.includes(name) && !unbound.includes(name))
    if (extra !== undefined) return malformed(extra, lineFor(extra))
    return checked(
      valuesIn(
        Object.entries(body).filter(([name]) => names.includes(name)),
        request,
      ),
    )
  }

  function valuesIn(entries: readonly (readonly [string, unknown])[], request: Request): object {
    if (request.is(['json', '+json'])) return Object.fromEntries(entries)
    return Object.fromEntries(entries.map(([name, value]) => [name, fromForm(value, definition.binds?.[name])]))
  }

  function lineFor(field: string): string {
    const name = field.slice(0, 64)
    return `The body has "${name}", which "${action}" neither binds nor leaves unbound. If it may change without a new code, write unbound: ${JSON.stringify([...unbound, name])} in the action; else bind it.`
  }

  function checked(values: unknown): BoundOutcome {
    const outcome = door.checkBound(action, values)
    if (outcome.outcome === 'ok') return outcome
    return malformed(
      outcome.field,
      `"${outcome.field.slice(0, 64)}" ${outcome.problem}. If the request names it otherwise, write bind: (request) => ({ ... }).`,
    )
  }
}

/** A form knows texts only: a number or a yes is read from its text where the action says that it is one. */
function fromForm(value: unknown, spec: string | undefined): unknown {
  if (typeof value !== 'string') return value
  if (spec?.startsWith('integer') && /^-?\d{1,15}$/.test(value)) return Number(value)
  if (spec?.startsWith('boolean') && (value === 'true' || value === 'false')) return value === 'true'
  return value
}

function malformed(field: string, line: string): BoundOutcome {
  return { outcome: 'malformed', field, line }
}

/** Express 4 gives `{}` where nothing was parsed, Express 5 nothing at all. */
function isParsed(request: Request): boolean {
  if (request.body === undefined) return false
  return (
    !hasContent(request) ||
    typeof request.body !== 'object' ||
    request.body === null ||
    Object.keys(request.body).length > 0 ||
    wasReadBy(request)
  )
}

/** body-parser 1, of Express 4, leaves this mark. */
function wasReadBy(request: Request): boolean {
  return Reflect.get(request, '_body') === true || request.readableEnded
}

function hasContent(request: Request): boolean {
  return request.get('transfer-encoding') !== undefined || Number(request.get('content-length') ?? 0) > 0
}

/** Until a body was seen, no parser is there; from then on, this one is of a type that the application does not read. */
function unread(request: Request, bodySeen: boolean): BoundOutcome {
  if (!hasContent(request)) return malformed('', 'The request has no body. Send the bound fields in it.')
  if (bodySeen || !request.is(['application/json', 'application/x-www-form-urlencoded'])) return { outcome: 'unread' }
  throw new CountersignError(
    'ERR_COUNTERSIGN_BODY_NOT_PARSED',
    'The guard reads the bound fields from request.body, and no body parser ran before it. Write app.use(jsonBody()), from what stepUp() gives, or app.use(express.urlencoded({ extended: false })) for forms, before the guarded route.',
  )
}

/** Two values of one name: the guard cannot know which one the handler reads. */
function refuseRouteParameter(action: string, names: readonly string[], request: Request): void {
  const name = names.find((one) => Object.hasOwn(request.params, one))
  if (name === undefined) return
  throw new CountersignError(
    'ERR_COUNTERSIGN_ROUTE_PARAMETER',
    `"${action}" binds "${name}", which is also a parameter of the route. Say which one counts: requireStepUp('${action}', { bind: (request) => ({ ${name}: request.params.${name}, ... }) }).`,
  )
}

/** A parameter is a text but for wildcards, which nobody binds. */
function asBindable(request: Request): Request<Record<string, string>> {
  return request as Request<Record<string, string>>
}
