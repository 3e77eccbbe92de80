import type { SubjectRef } from '@countersign/core'
import { isObject, type SessionObject } from './session-object.js'

/** Who is signed in by what a session says, by convention. */
export type SubjectInSession =
  | Readonly<{ outcome: 'found'; subject: SubjectRef }>
  | Readonly<{ outcome: 'nobody'; fields: readonly string[] }>
  | Readonly<{ outcome: 'differing'; fields: readonly string[] }>

/** Reads `userId`, `user.id` and `passport.user` (or its `id`). Two that differ are nobody: one of them is wrong. */
export function subjectInSession(session: SessionObject): SubjectInSession {
  const { userId, user, passport } = session
  // Most programs know one place only: then there is nothing to compare.
  if (user === undefined && passport === undefined && isSubject(userId)) return { outcome: 'found', subject: userId }
  return agreed(session, { userId, 'user.id': idOf(user), 'passport.user': passportUser(passport) })
}

function agreed(session: SessionObject, places: Readonly<Record<string, unknown>>): SubjectInSession {
  const found = Object.entries(places).flatMap(([name, subject]) => (isSubject(subject) ? [{ name, subject }] : []))
  const [first] = found
  if (!first) return { outcome: 'nobody', fields: Object.keys(session) }
  const same = found.every(({ subject }) => String(subject) === String(first.subject))
  if (same) return { outcome: 'found', subject: first.subject }
  return { outcome: 'differing', fields: found.map(({ name }) => name) }
}

function idOf(value: unknown): unknown {
  return isObject(value) ? value.id : undefined
}

function passportUser(passport: unknown): unknown {
  const user = isObject(passport) ? passport.user : undefined
  return isObject(user) ? user.id : user
}

function isSubject(value: unknown): value is string | number {
  return (typeof value === 'string' && value !== '') || Number.isSafeInteger(value)
}
