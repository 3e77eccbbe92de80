import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose'
import type { Settings } from '../settings.js'
import { askIssuer } from './ask-issuer.js'
import type { IssuerMetadata } from './issuer-metadata.js'
import { IssuerUnavailable } from './issuer-unavailable.js'
import { type Kept, kept } from './kept.js'

/** The keys of an issuer as they were at one time. As long as they do not change, this is the same object. */
export type KeySet = Readonly<{ text: string; find: JWTVerifyGetKey }>

/** The issuer's keys, read again every ten minutes, and at once for a key that is not among them: it rotates without our restart. */
export function issuerKeys(settings: Settings, metadata: Kept<IssuerMetadata>): Kept<KeySet> {
  let last: KeySet | undefined

  return kept(async function readKeys() {
    const url = settings.jwksUri ?? (await metadata.get()).jwksUri
    const found = url && (await askIssuer(settings, url))
    if (!found) throw new IssuerUnavailable('The authorization server publishes no keys.')
    const text = JSON.stringify(found)
    if (last?.text !== text) last = { text, find: createLocalJWKSet(found as unknown as JSONWebKeySet) }
    return last
  })
}
