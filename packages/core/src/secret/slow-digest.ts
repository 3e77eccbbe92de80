import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { hashRaw } from '@node-rs/argon2'
import { promise as queueOf } from 'fastq'
import { CountersignError, StoreUnavailable } from '../errors.js'
import { type KeyRing, newest } from './key-ring.js'
import { lengthPrefixed } from './length-prefixed.js'
import type { SecurityCode } from './security-code.js'

/** What a code costs to check: argon2id's memory in KiB and its passes, one lane (RFC 9106). */
export type HashCost = Readonly<{ memoryKiB: number; passes: number }>

/** R-59; the floor is the OWASP Password Storage Cheat Sheet's second choice. Enforced on reading, too. */
export const hashCost = {
  default: { memoryKiB: 65_536, passes: 3 },
  floor: { memoryKiB: 19_456, passes: 2 },
  cap: { memoryKiB: 1_048_576, passes: 10 },
} as const satisfies Readonly<Record<string, HashCost>>

/**
 * argon2id over a keyed pre-hash of a code, with all that is needed to compute it again:
 * `<key version>.<memory KiB>.<passes>.<salt>.<hash>`. The database alone confirms no guess: the key is not in it (SP
 * 800-63B-4, 3.1.1.2).
 */
export type SlowDigest = string

/** Whose code it is: with another subject or id the right code is a wrong one. */
export type CodePlace = Readonly<{ subject: string; id: string }>

/** Computes and checks digests of security codes, off the event loop, a bounded number at a time. */
export interface SlowHashing {
  digest(place: CodePlace, code: SecurityCode): Promise<SlowDigest>
  /** Compared in constant time. A digest that is not `sound` matches nothing. */
  matches(digest: SlowDigest, place: CodePlace, code: SecurityCode): Promise<boolean>
  /** Whether it can be checked at all: its key is in the ring, and its cost is not below the floor. */
  isSound(digest: SlowDigest): boolean
  /** Whether a new one would be made with the same key and cost. */
  isCurrent(digest: SlowDigest): boolean
}

type Recipe = HashCost & Readonly<{ version: string; salt: Buffer }>

const saltBytes = 16
const hashBytes = 32
/** Hashes that wait for each one that runs. The last of them still ends within the 3 s that a decision has. */
const waitingForEach = 12

/** @throws StoreUnavailable `ERR_COUNTERSIGN_BUSY`, from `digest` and `matches`, when too many hashes wait already. */
export function slowHashing(keys: KeyRing, cost: HashCost): SlowHashing {
  const inLine = lineOf(hashesAtOnce())

  async function computed(recipe: Recipe, place: CodePlace, code: SecurityCode): Promise<Buffer> {
    const { memoryKiB, passes, salt } = recipe
    const preHash = keyedPreHash(keys, recipe, place, code)
    return inLine(() => hashRaw(preHash, { memoryCost: memoryKiB, timeCost: passes, parallelism: 1, salt }))
  }

  return {
    async digest(place, code) {
      const recipe = { ...cost, version: newest(keys), salt: randomBytes(saltBytes) }
      return written(recipe, await computed(recipe, place, code))
    },
    async matches(digest, place, code) {
      const read = readDigest(digest)
      if (!read || !isSound(keys, read.recipe)) return false
      return timingSafeEqual(await computed(read.recipe, place, code), read.hash)
    },
    isSound(digest) {
      const read = readDigest(digest)
      return read !== undefined && isSound(keys, read.recipe)
    },
    isCurrent: (digest) => digest.startsWith(`${newest(keys)}.${cost.memoryKiB}.${cost.passes}.`),
  }
}

/** Below the number of cores, so that the event loop keeps one, and below libuv's threads, so that DNS and files keep one. */
function hashesAtOnce(): number {
  const threads = Number(process.env.UV_THREADPOOL_SIZE) || 4
  return Math.max(1, Math.min(availableParallelism() - 1, threads - 1))
}

function lineOf(atOnce: number) {
  const line = queueOf((hash: () => Promise<Buffer>) => hash(), atOnce)
  return async function inLine(hash: () => Promise<Buffer>): Promise<Buffer> {
    if (line.length() >= atOnce * waitingForEach)
      throw new StoreUnavailable('Too many security codes are being checked at once.', {}, 'ERR_COUNTERSIGN_BUSY')
    return line.push(hash)
  }
}

/** The cost stands in it, so that whoever lowers a stored cost gets a digest that nothing matches. */
function keyedPreHash(keys: KeyRing, recipe: Recipe, { subject, id }: CodePlace, code: SecurityCode): Buffer {
  const { version, memoryKiB, passes } = recipe
  const key = keys.subkey('code', version)
  if (!key) throw new CountersignError('ERR_COUNTERSIGN_KEYS', `The key ring holds no key of version "${version}".`)
  const parts = ['v1', subject, id, `${memoryKiB}`, `${passes}`, code.reveal()]
  return createHmac('sha256', key).update(lengthPrefixed(parts)).digest()
}

function isSound(keys: KeyRing, { version, memoryKiB, passes }: Recipe): boolean {
  const { floor, cap } = hashCost
  const costsEnough = memoryKiB >= floor.memoryKiB && passes >= floor.passes
  return costsEnough && memoryKiB <= cap.memoryKiB && passes <= cap.passes && keys.versions.includes(version)
}

function written({ version, memoryKiB, passes, salt }: Recipe, hash: Buffer): SlowDigest {
  return [version, memoryKiB, passes, salt.toString('base64url'), hash.toString('base64url')].join('.')
}

function readDigest(digest: SlowDigest): Readonly<{ recipe: Recipe; hash: Buffer }> | undefined {
  const [version = '', memory = '', passes = '', salt = '', hash = ''] = digest.split('.')
  const read = {
    recipe: { version, memoryKiB: Number(memory), passes: Number(passes), salt: Buffer.from(salt, 'base64url') },
    hash: Buffer.from(hash, 'base64url'),
  }
  return read.hash.length === hashBytes && read.recipe.salt.length === saltBytes ? read : undefined
}
