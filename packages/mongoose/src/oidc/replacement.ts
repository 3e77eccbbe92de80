import { encrypt } from '@countersign/core/door'
import type { UpdateQuery } from 'mongoose'
import type { AdapterPayload } from 'oidc-provider'
import { absent, present } from '../columns.js'
import type { Handle } from './handle.js'
import type { OidcRecord } from './record.js'
import { closed } from './record-payload.js'

/** A payload, and what it is found by. */
export type Artefact = Readonly<{
  id: string
  recordId: string
  model: string
  handle: Handle
  payload: AdapterPayload
  grantName: string | undefined
  uid: Handle | undefined
  userCode: Handle | undefined
  expiresAt: Date | undefined
}>

/** The update that leaves nothing of what was there before but the mark of its use. */
export function replacementBy(artefact: Artefact): UpdateQuery<OidcRecord> {
  const { recordId, model, handle, payload, grantName, uid, userCode, expiresAt } = artefact
  const otherWay = uid ?? userCode
  const columns = {
    grantId: grantName,
    uid: uid?.name,
    userCode: userCode?.name,
    idInside: otherWay && encrypt(otherWay.key, recordId, artefact.id),
    expiresAt,
  }
  return {
    $set: { model, payload: closed(recordId, handle, model, payload), ...present(columns) },
    $unset: absent(columns),
    // The server's own clock: of two records of one uid the newest counts, whichever process wrote it.
    $currentDate: { updatedAt: true },
  }
}
