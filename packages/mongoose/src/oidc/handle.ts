import { hkdfSync, scrypt } from 'node:crypto'

/**
 * What an id is at rest: the name that a record is found by, and the key that opens it. Both come from the id, and
 * neither leads back to it: who reads the database can neither present an id nor open what belongs to it.
 */
export type Handle = Readonly<{ name: string; key: Buffer }>

const nameBytes = 32
const keyBytes = 32

/**
 * Of an id that nobody can guess (oidc-provider draws 126 bits and more). HKDF-SHA-256, RFC 5869: microseconds, and not in
 * line behind the digests of security codes, as work off the event loop would be.
 */
export function handleOf(kind: string, id: string): Handle {
  return handleFrom(Buffer.from(hkdfSync('sha256', id, '', `countersign oidc ${kind}`, nameBytes + keyBytes)))
}

/**
 * Of a code that a person types (RFC 8628, 6.1): 34 bits, which a plain digest would give away in seconds. scrypt with these
 * parameters takes about 40 ms; all codes of eight letters take a graphics card weeks, and a code lives minutes. There is no salt to look
 * up before the code is known; the name of the collection takes its place.
 */
export async function handleOfTypedCode(place: string, code: string): Promise<Handle> {
  return handleFrom(await stretched(code, `countersign oidc user code ${place}`))
}

function stretched(code: string, salt: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(code, salt, nameBytes + keyBytes, { N: 16_384, r: 8, p: 1 }, (error, bytes) =>
      error ? reject(error) : resolve(bytes),
    )
  })
}

function handleFrom(bytes: Buffer): Handle {
  return { name: bytes.subarray(0, nameBytes).toString('base64url'), key: bytes.subarray(nameBytes) }
}
