import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'
import { CountersignError } from '../errors.js'
import { lengthPrefixed } from './length-prefixed.js'

/** What a subkey is for. A key made for one purpose says nothing about a key made for another. */
export type Purpose =
  | 'answer'
  | 'binding'
  | 'code'
  | 'contact'
  | 'elevation'
  | 'evidence'
  | 'link'
  | 'message'
  | 'seal'
  | 'session'
  | 'ticket'
  | 'application'

/** A keyed digest that names its key: `<version>.<base64url>`. It stays checkable while that version is in the ring. */
export type KeyedDigest = string

/**
 * Versioned keys, newest first, from which every other key is derived (HKDF-SHA-256, RFC 5869, one subkey for each
 * purpose and version). New digests and seals name the newest version; older versions stay readable until they are
 * taken out of the ring.
 */
export type KeyRing = Readonly<{
  /** Newest first. */
  versions: readonly string[]
  /** The 32-byte subkey of a purpose; `undefined` if the ring does not hold that version. */
  subkey(purpose: Purpose, version: string): Buffer | undefined
}>

const keyLine = /^csk1\.([a-z0-9]{4,16})\.([A-Za-z0-9_-]{43})$/
const keyBytes = 32

/** A new key as one line of text, `csk1.<version>.<256 random bits>`: what `countersign keys new` prints. */
export function newKey(): string {
  return `csk1.${randomBytes(4).toString('hex')}.${randomBytes(keyBytes).toString('base64url')}`
}

/**
 * Reads a key ring from text: keys as `countersign keys new` prints them, newest first, separated by white space or commas.
 *
 * @throws CountersignError `ERR_COUNTERSIGN_KEYS` when the text holds no key, an unreadable one, or a version twice.
 *   The message never repeats the text.
 */
export function keyRing(text: string): KeyRing {
  const lines = text.split(/[\s,]+/).filter(Boolean)
  if (lines.length === 0) throw unreadable('They are empty.')

  const keys = new Map<string, Buffer>()
  for (const [index, line] of lines.entries()) {
    const [, version, material] = keyLine.exec(line) ?? []
    if (!version || !material) throw unreadable(`Key ${index + 1} is not of the form csk1.<version>.<43 characters>.`)
    if (keys.has(version)) throw unreadable(`Version "${version}" stands in them twice.`)
    keys.set(version, Buffer.from(material, 'base64url'))
  }
  return ringOf(keys)
}

function unreadable(what: string): CountersignError {
  return new CountersignError(
    'ERR_COUNTERSIGN_KEYS',
    `The keys cannot be read. ${what} Make one with "npx @countersign/cli keys new" and put it first, older ones after it.`,
  )
}

function ringOf(keys: ReadonlyMap<string, Buffer>): KeyRing {
  const subkeys = new Map<string, Buffer>()
  return {
    versions: [...keys.keys()],
    subkey(purpose, version) {
      const name = `${purpose}.${version}`
      const known = subkeys.get(name)
      if (known) return known

      const key = keys.get(version)
      if (!key) return undefined
      const derived = Buffer.from(hkdfSync('sha256', key, '', `countersign|v1|${purpose}`, keyBytes))
      subkeys.set(name, derived)
      return derived
    },
  }
}

/** The newest version's MAC (HMAC-SHA-256) over the parts, each with its length before it, so that no two lists of parts collide. */
export function keyedDigest(keys: KeyRing, purpose: Purpose, parts: readonly string[]): KeyedDigest {
  return digestUnder(keys, purpose, newest(keys), parts)
}

/** One digest for each version of the ring, newest first: for look-ups in what an older version wrote. */
export function keyedDigests(keys: KeyRing, purpose: Purpose, parts: readonly string[]): readonly KeyedDigest[] {
  return keys.versions.map((version) => digestUnder(keys, purpose, version, parts))
}

/**
 * Whether a stored digest is that of these parts; compared in constant time, with the version that the digest names.
 * A digest of a version that the ring no longer holds matches nothing.
 */
export function matchesDigest(keys: KeyRing, purpose: Purpose, digest: KeyedDigest, parts: readonly string[]): boolean {
  const version = digest.slice(0, digest.indexOf('.'))
  const known = keys.versions.includes(version)
  const expected = Buffer.from(digestUnder(keys, purpose, known ? version : newest(keys), parts))
  const given = Buffer.from(digest)
  return given.length === expected.length && timingSafeEqual(given, expected) && known
}

function digestUnder(keys: KeyRing, purpose: Purpose, version: string, parts: readonly string[]): KeyedDigest {
  const key = keys.subkey(purpose, version)
  if (!key)
    throw new CountersignError(
      'ERR_COUNTERSIGN_KEYS',
      `The key ring lists version "${version}" and holds no key for it.`,
    )
  return `${version}.${createHmac('sha256', key).update(lengthPrefixed(parts)).digest('base64url')}`
}

/** The version under which new digests and seals are made. */
export function newest(keys: KeyRing): string {
  const [version] = keys.versions
  if (!version)
    throw new CountersignError(
      'ERR_COUNTERSIGN_KEYS',
      'The key ring is empty. Make a key with "npx @countersign/cli keys new".',
    )
  return version
}
