import { CountersignError } from '../errors.js'

/** The application's own user id: a text, a number, or either with the tenant that it belongs to. */
export type SubjectRef = string | number | Readonly<{ tenant: string; id: string | number }>

declare const subjectId: unique symbol

/** A subject in the store: tenant and id, each encoded, so that no two pairs give the same text. */
export type SubjectId = string & { readonly [subjectId]: true }

const defaultTenant = 'default'

/**
 * The store's id of a subject. A number and its decimal text are the same subject, so that a session that turned one
 * into the other does not split a person's budget in two.
 *
 * @throws CountersignError `ERR_COUNTERSIGN_SUBJECT` when it is empty, longer than 256 characters or not a whole number.
 */
export function subjectIdOf(ref: SubjectRef): SubjectId {
  const { tenant, id } = typeof ref === 'object' && ref !== null ? ref : { tenant: defaultTenant, id: ref }
  return `${encodedPart(tenant)}/${encodedPart(id)}` as SubjectId
}

/** The application's id again, as text, and the tenant. */
export function applicationIdOf(id: SubjectId): Readonly<{ subject: string; tenant: string }> {
  const [tenant = '', subject = ''] = id.split('/')
  return { subject: decodeURIComponent(subject), tenant: decodeURIComponent(tenant) }
}

function encodedPart(part: unknown): string {
  const text = Number.isSafeInteger(part) ? String(part) : part
  if (typeof text !== 'string' || text.length === 0 || text.length > 256 || !text.isWellFormed()) {
    throw new CountersignError(
      'ERR_COUNTERSIGN_SUBJECT',
      `A subject was given as ${part === '' ? 'an empty text' : typeof part}. Give your own user id: a text of 1 to 256 characters, a whole number, or { tenant, id }.`,
    )
  }
  return encodeURIComponent(text)
}
