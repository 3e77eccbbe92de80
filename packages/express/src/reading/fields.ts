import type { Request } from 'express'

/** The fields of one of our own requests: texts by name. */
export type Fields<Name extends string> = Readonly<Partial<Record<Name, string>>>

/** The longest field there is: a ticket with a form in it. */
const longestField = 14_000

/** The fields of a body that has no others, each a text once; `undefined` for anything else. */
export function fieldsOf<Name extends string>(request: Request, names: readonly Name[]): Fields<Name> | undefined {
  const body: unknown = request.body ?? {}
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return undefined
  return hasOnly(body, names) ? body : undefined
}

function hasOnly<Name extends string>(body: object, names: readonly Name[]): body is Fields<Name> {
  return Object.entries(body).every(([name, value]) => names.some((one) => one === name) && isShortText(value))
}

function isShortText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= longestField
}

/** A parameter of the query that is there once. */
export function queryOf(request: Request, name: string): string | undefined {
  const value = request.query[name]
  return isShortText(value) ? value : undefined
}

/** Whether the page's own form was posted, so that the answer is a redirect. */
export function isForm(request: Request): boolean {
  return Boolean(request.is('application/x-www-form-urlencoded'))
}
