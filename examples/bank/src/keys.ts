import { createHmac, randomBytes } from 'node:crypto'
import { link, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { keyRing, newKey } from '@countersign/core'
import { hasCode } from './error-code.js'
import { type Settings, SetupError } from './settings.js'

/** In the checkout, ignored by git. */
const defaultKeysFile = fileURLToPath(new URL('../../../.countersign/keys', import.meta.url))

/**
 * The text of the key ring: from the environment, else from the file beside the data, else made for this run alone.
 * @throws SetupError when the keys would have to be made in production.
 */
export async function keysFor(settings: Settings, keysFile: string = defaultKeysFile): Promise<string> {
  if (settings.keys) return settings.keys
  if (settings.production) {
    throw new SetupError(
      'COUNTERSIGN_KEYS is missing, and with NODE_ENV=production the bank makes none itself. Print one with "npx @countersign/cli keys new".',
    )
  }
  return settings.mongoUrl ? keysOfCheckout(keysFile) : newKey()
}

/** Reads the file, and makes it first if nobody has: copies that start at the same moment end with the same keys. */
async function keysOfCheckout(file: string): Promise<string> {
  const kept = await readKeys(file)
  if (kept !== undefined) return kept
  await makeKeys(file)
  const made = await readKeys(file)
  if (made === undefined)
    throw new SetupError('The file .countersign/keys vanished while the bank started. Start again.')
  return made
}

/** A finished file gets its name by a link, which fails when the name is taken: nobody ever reads half a key. */
async function makeKeys(file: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const draft = `${file}.${randomBytes(6).toString('hex')}`
  await writeFile(draft, `${newKey()}\n`, { flag: 'wx', mode: 0o600, flush: true })
  try {
    await link(draft, file)
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error
  } finally {
    await rm(draft, { force: true })
  }
}

async function readKeys(file: string): Promise<string | undefined> {
  try {
    const text = await readFile(file, 'utf8')
    await refuseIfShared(file)
    return text.trim()
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    throw error
  }
}

async function refuseIfShared(file: string): Promise<void> {
  const { mode } = await stat(file)
  const readableByOthers = process.platform !== 'win32' && (mode & 0o077) !== 0
  if (readableByOthers)
    throw new SetupError('The file .countersign/keys can be read by others. Run "chmod 600 .countersign/keys".')
}

/** Secrets that sign the session cookie, newest first; derived from the keys, so that every copy has the same. */
export function sessionSecretsOf(keys: string): string[] {
  const ring = keyRing(keys)
  return ring.versions.flatMap((version) => ring.subkey('application', version)?.toString('base64url') ?? [])
}

/** The key of the salts that newcomers get; derived from the newest key, so that every copy has the same. */
export function saltKeyOf(keys: string): Buffer {
  const [secret = ''] = sessionSecretsOf(keys)
  return createHmac('sha256', secret).update('salts').digest()
}
