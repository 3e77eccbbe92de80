import { decrypt, encrypt } from '@countersign/core/door'
import type { AdapterPayload } from 'oidc-provider'
import type { Handle } from './handle.js'
import type { OidcRecord } from './record.js'

/** What `find` and the two other searches read of a record. */
export const readColumns = { payload: 1, idInside: 1, consumedAt: 1 } as const

/** A record as a search reads it. */
export type ReadRecord = Pick<OidcRecord, '_id' | keyof typeof readColumns>

/** A client's id is public, and so would be a key that is made of it. */
export function isReadable(model: string): boolean {
  return model === 'Client'
}

/** The payload as one text, for the record of this id. */
export function closed(recordId: string, { key }: Handle, model: string, payload: AdapterPayload): string {
  const text = JSON.stringify(payload)
  return isReadable(model) ? text : encrypt(key, recordId, text)
}

/**
 * A fresh payload with the mark of its use; nothing for a session that has ended, and for what does not open: it was put
 * there by somebody else.
 */
export function opened(
  { _id, payload, consumedAt }: ReadRecord,
  handle: Handle,
  model: string,
): AdapterPayload | undefined {
  const text = payload === undefined || isReadable(model) ? payload : decrypt(handle.key, _id, payload)
  if (text === undefined) return undefined
  const fresh: AdapterPayload = JSON.parse(text)
  return consumedAt ? { ...fresh, consumed: Math.floor(consumedAt.getTime() / 1000) } : fresh
}
