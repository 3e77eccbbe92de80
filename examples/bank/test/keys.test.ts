import { chmod, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { newKey } from '@countersign/core'
import { keysFor, sessionSecretsOf } from '../src/keys.js'
import { readSettings } from '../src/settings.js'

const onADatabase = readSettings({ MONGO_URL: 'mongodb://127.0.0.1/bank' })
let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-keys-'))
})
afterEach(() => rm(folder, { recursive: true }))

test('copies that start at the same moment end with one key', async () => {
  const file = join(folder, '.countersign', 'keys')

  const keys = await Promise.all(Array.from({ length: 20 }, () => keysFor(onADatabase, file)))

  expect(new Set(keys).size).toBe(1)
  expect(await readFile(file, 'utf8')).toBe(`${keys[0]}\n`)
  expect(await readdir(join(folder, '.countersign'))).toEqual(['keys'])
})

test('only their owner can read them', async () => {
  const file = join(folder, 'keys')
  await keysFor(onADatabase, file)

  expect((await stat(file)).mode & 0o777).toBe(0o600)
})

test('keys that others can read are not used', async () => {
  const file = join(folder, 'keys')
  await keysFor(onADatabase, file)
  await chmod(file, 0o644)

  await expect(keysFor(onADatabase, file)).rejects.toThrow('Run "chmod 600 .countersign/keys".')
})

test('in memory they are made for one run, and nothing is written', async () => {
  const file = join(folder, 'keys')

  const [one, other] = [await keysFor(readSettings({}), file), await keysFor(readSettings({}), file)]

  expect(one).not.toBe(other)
  expect(await readdir(folder)).toEqual([])
})

test('in production none are made', async () => {
  const settings = readSettings({ NODE_ENV: 'production', MONGO_URL: 'mongodb://127.0.0.1/bank' })

  await expect(keysFor(settings, join(folder, 'keys'))).rejects.toThrow('COUNTERSIGN_KEYS is missing')
  expect(await readdir(folder)).toEqual([])
})

test('session secrets follow from the keys, newest first', () => {
  const [older, newer] = [newKey(), newKey()]

  expect(sessionSecretsOf(`${newer} ${older}`)).toEqual([...sessionSecretsOf(newer), ...sessionSecretsOf(older)])
  expect(sessionSecretsOf(newer)[0]).toHaveLength(43)
})
