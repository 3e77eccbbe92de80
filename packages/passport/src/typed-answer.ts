import { isObject } from '@countersign/express/door'
import type { Request } from 'express'
import type { Parts } from './options.js'

/** What somebody typed for which challenge. */
export type TypedAnswer = Readonly<{ challengeId: string; code: string }>

/**
 * Reads challenge and code from the parsed body, and from nowhere else. `undefined` when one of them is anything but one text: a number,
 * a list as of a field that was sent twice, nothing at all.
 */
export function typedAnswer(
  { body }: Request,
  { challengeField = 'challenge', codeField = 'code' }: Parts['options'],
): TypedAnswer | undefined {
  const challengeId = ownField(body, challengeField)
  const code = ownField(body, codeField)
  return typeof challengeId === 'string' && typeof code === 'string' ? { challengeId, code } : undefined
}

function ownField(body: unknown, name: string): unknown {
  return isObject(body) && Object.hasOwn(body, name) ? body[name] : undefined
}
