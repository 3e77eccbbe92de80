import type { SubjectRef } from '@countersign/core'
import { isObject, type SessionObject } from './session-object.js'

/** Who is signed in by what a session says, by convention. */
export type SubjectInSession =
  | Readonly<{ outcome: 'found'; subject: SubjectRef }>
  | Readonly<{ outcome: 'nobody'; fields: readonly string[] }>
  | Readonly<{ outcome: 'differing'; fields: readonly string[] }>

/** Where programs keep the id of who is signed in. */
const places: readonly (readonly [name: string, read: (session: SessionObject) => unknown])[] = [
  ['userId', (session) => session.userId],
  ['user.id', (session) => idOf(session.user)],
  ['passport.user', (session) => passportUser(session.passport)],
]

/** Reads `userId`, `user.id` and `passport.user` (or its `id`). Two that differ are nobody: one of them is wrong. */
export function subjectInSession(session: SessionObject): SubjectInSession {
  const found = places.flatMap(([name, read]) => {
    const subject = read(session)
    return isSubject(subject) ? [{ name, subject }] : []
  })
  const [first] = found
  if (!first) return { outcome: 'nobody', fields: Object.keys(session) }
  if (found.every(({ subject }) => String(subject) === String(first.subject)))
    return { outcome: 'found', subject: first.subject }
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
