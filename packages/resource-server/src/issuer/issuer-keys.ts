import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose'
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
    if (last?.text !== text)
      last = { text, find: allowing(settings, createLocalJWKSet(found as unknown as JSONWebKeySet)) }
    return last
  })
}

/** The algorithm is ours to choose, before any key is looked for (RFC 8725, 3.1). jose's own option makes a set of the list for every token. */
function allowing({ algorithms }: Settings, find: JWTVerifyGetKey): JWTVerifyGetKey {
  const allowed = new Set(algorithms)
  return function findAllowed(header, token) {
    if (!allowed.has(header.alg)) throw new errors.JOSEAlgNotAllowed('The algorithm is not allowed')
    return find(header, token)
  }
}
