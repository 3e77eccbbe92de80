#!/usr/bin/env node
/**
 * A MongoDB server for tests and trial runs, found or installed without a question. In this order:
 *
 * 1. the server that `MONGO_URL` names;
 * 2. `mongod` on the PATH, started as a replica set of one node;
 * 3. SecantusDB (a server from PyPI that speaks the MongoDB protocol) on the PATH;
 * 4. SecantusDB in `node_modules/.cache`, installed there when Python 3.10 or newer is present.
 *
 * What is started here listens on 127.0.0.1 only, on a free port, and ends with the process that asked for it.
 *
 *   node scripts/mongodb.mjs          start one, print its URL, keep it until Ctrl+C
 *   node scripts/mongodb.mjs find     say which one would be used
 */
import { spawn, spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(import.meta.url)
const root = fileURLToPath(new URL('..', import.meta.url))
const cache = join(root, 'node_modules', '.cache', 'secantusdb')
const windows = process.platform === 'win32'

// Old betas vanish from the registry: a range, not a pin. What was installed is printed.
const secantusRequirement = 'SecantusDB>=0.7.0b3,<0.8'
const oldestPython = [3, 10]
const readyWithinSeconds = 60
const stopWithinSeconds = 15

export const whatToInstall =
  'Set MONGO_URL to a server (a replica set), or put mongod on the PATH, or install Python 3.10 or newer with venv ' +
  '(Debian and Ubuntu: apt-get install python3-venv).'

/**
 * Which server would serve. Installs SecantusDB if nothing else is there, unless `install` is false.
 * With `own`, MONGO_URL is passed over: for what must start, stop or kill the server itself.
 */
export async function findMongoServer({ own = false, install = true } = {}) {
  const url = process.env.MONGO_URL
  if (url && !own) return { kind: 'url', url, name: await nameOfServerAt(url) }

  const mongod = onPath('mongod')
  if (mongod) return { kind: 'mongod', command: mongod, name: nameOfMongod(mongod) }

  const secantus = onPath('secantusd-py')
  if (secantus) return { kind: 'secantusdb', command: secantus, name: 'SecantusDB from the PATH' }

  if (!install && !installedSecantus()) return { kind: 'none', why: 'SecantusDB is not installed yet.' }
  return installedSecantus() ?? (await installSecantus())
}

/**
 * Starts a server, or takes the one of MONGO_URL. Resolves when it answers.
 *
 * `storagePath` keeps the data there; without it they vanish with the server. `extraArgs` go to the server's command line.
 * The server has the fail points that drivers are tested with, unless `testCommands` is false.
 */
export async function startMongoServer({ storagePath, port, extraArgs = [], testCommands = true, own, server } = {}) {
  const found = server ?? (await findMongoServer({ own: own ?? Boolean(storagePath) }))
  if (found.kind === 'none') throw new Error(`There is no MongoDB server to start. ${found.why} ${whatToInstall}`)
  if (found.kind === 'url') return { url: found.url, name: found.name, pid: undefined, stop: async () => {} }

  const plan = { found, storagePath, port, extraArgs, testCommands }
  // A free port can be taken by somebody else before the server has it, and a store can still be held by a server that is just ending.
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOnce(plan)
    } catch (error) {
      if (attempt === 3) throw error
      await pause(1000)
    }
  }
}

async function startOnce({ found, storagePath, port, extraArgs, testCommands }) {
  const listenOn = port ?? (await freePort())
  // SecantusDB makes and removes a folder of its own for `:memory:`.
  const temporary =
    found.kind === 'mongod' && !storagePath ? mkdtempSync(join(tmpdir(), 'countersign-mongodb-')) : undefined
  if (storagePath) mkdirSync(storagePath, { recursive: true })

  const options = { port: listenOn, storage: storagePath ?? temporary ?? ':memory:', testCommands }
  const args = found.kind === 'mongod' ? mongodArguments(options) : secantusArguments(options)
  const keeper = keep(found.command, [...args, ...extraArgs])
  const stop = async () => {
    await keeper.stop()
    if (temporary) rmSync(temporary, { recursive: true, force: true })
  }
  const url = `mongodb://127.0.0.1:${listenOn}/`
  try {
    await (found.kind === 'mongod' ? mongodReady(keeper, listenOn) : secantusReady(keeper))
  } catch (error) {
    await stop()
    throw error
  }
  return { url, name: found.name, pid: keeper.pid, stop }
}

function mongodArguments({ port, storage, testCommands }) {
  const args = ['--bind_ip', '127.0.0.1', '--port', String(port), '--dbpath', storage, '--replSet', 'countersign']
  return testCommands ? [...args, '--setParameter', 'enableTestCommands=1'] : args
}

function secantusArguments({ port, storage, testCommands }) {
  const args = ['--host', '127.0.0.1', '--port', String(port), '--storage-path', storage]
  return testCommands ? [...args, '--enable-test-commands'] : args
}

async function secantusReady(keeper) {
  await until(keeper, () => keeper.printed().includes('listening on'))
}

/** A replica set of one: made at the first start, and told its new port at every later one. */
async function mongodReady(keeper, port) {
  // A client whose first connection failed stays closed: wait for the port before there is one.
  await until(keeper, () => accepts(port))
  const client = new (driver().MongoClient)(`mongodb://127.0.0.1:${port}/?directConnection=true`, {
    serverSelectionTimeoutMS: 10_000,
  })
  const admin = client.db('admin')
  const member = { _id: 0, host: `127.0.0.1:${port}` }
  try {
    await admin.command({ ping: 1 })
    const config = await admin.command({ replSetGetConfig: 1 }).then(
      (answer) => answer.config,
      () => undefined,
    )
    if (!config) await admin.command({ replSetInitiate: { _id: 'countersign', members: [member] } })
    else if (config.members[0].host !== member.host) {
      const moved = { ...config, version: config.version + 1, members: [{ ...config.members[0], ...member }] }
      await admin.command({ replSetReconfig: moved, force: true })
    }
    await until(keeper, async () => (await admin.command({ hello: 1 })).isWritablePrimary)
  } finally {
    await client.close()
  }
}

async function until(keeper, isReady) {
  const giveUpAt = Date.now() + readyWithinSeconds * 1000
  while (Date.now() < giveUpAt) {
    if (keeper.ended()) throw new Error(`The MongoDB server ended before it was ready:\n${keeper.printed()}`)
    if (await isReady()) return
    await pause(25)
  }
  throw new Error(`The MongoDB server was not ready within ${readyWithinSeconds} s:\n${keeper.printed()}`)
}

function accepts(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => resolve(false))
    socket.on('connect', () => {
      socket.destroy()
      resolve(true)
    })
  })
}

/**
 * Runs the server under a small keeper process of its own process group: Ctrl+C does not reach it before the program has
 * finished what it does, and when the program dies, however it dies, the channel closes and the keeper ends the server.
 */
function keep(command, args) {
  const child = spawn(process.execPath, [here, '--keep', command, ...args], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    windowsHide: true,
  })
  let pid
  let printed = ''
  let ended = false
  const remember = (chunk) => {
    printed = (printed + chunk).slice(-4000)
  }
  const end = new Promise((resolve) => {
    child.on('exit', () => {
      ended = true
      resolve()
    })
  })
  child.on('error', remember)
  child.on('message', (message) => {
    pid = message.pid
  })
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', remember)
    stream.unref()
  }
  child.unref()
  child.channel.unref()

  async function stop() {
    if (ended) return
    child.ref()
    if (child.connected) child.disconnect()
    await Promise.race([end, pause(stopWithinSeconds * 1000, undefined, { ref: false })])
    if (!ended) child.kill('SIGKILL')
  }
  return {
    get pid() {
      return pid
    },
    printed: () => printed,
    ended: () => ended,
    stop,
  }
}

function keepUntilAbandoned([command, ...args]) {
  const server = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'], windowsHide: true })
  server.on('error', (error) => {
    process.stderr.write(`${error.message}\n`)
    process.exitCode = 1
    if (process.connected) process.disconnect()
  })
  server.on('exit', (code) => process.exit(code ?? 1))
  if (server.pid) process.send({ pid: server.pid })
  const end = () => {
    server.kill('SIGTERM')
    setTimeout(() => server.kill('SIGKILL'), (stopWithinSeconds - 5) * 1000).unref()
  }
  process.on('disconnect', end)
  process.on('SIGTERM', end)
  process.on('SIGINT', end)
}

/** The SecantusDB of an earlier run, if it is whole and its Python still starts. */
function installedSecantus() {
  if (!existsSync(join(cache, 'complete'))) return undefined
  const version = secantusVersion()
  return version ? { kind: 'secantusdb', command: inVenv('secantusd-py'), name: `SecantusDB ${version}` } : undefined
}

async function installSecantus() {
  const python = newEnoughPython()
  if (!python) return { kind: 'none', why: `There is no Python ${oldestPython.join('.')} or newer.` }
  return await alone(async () => {
    const installedMeanwhile = installedSecantus()
    if (installedMeanwhile) return installedMeanwhile

    process.stderr.write(
      'Installing SecantusDB, a server for the MongoDB suites, under node_modules/.cache (once) ...\n',
    )
    rmSync(cache, { recursive: true, force: true })
    const made = run(python, ['-m', 'venv', cache])
    if (made.failed) return { kind: 'none', why: `python3 -m venv failed: ${lastLine(made.output)}` }

    const install = ['install', '--quiet', '--no-input', '--disable-pip-version-check', '--pre', secantusRequirement]
    let installed = run(inVenv('pip'), install)
    if (installed.failed) installed = run(inVenv('pip'), install)
    if (installed.failed)
      return { kind: 'none', why: `pip could not install SecantusDB: ${lastLine(installed.output)}` }

    writeFileSync(join(cache, 'complete'), '')
    return installedSecantus() ?? { kind: 'none', why: 'SecantusDB was installed and does not start.' }
  })
}

/** One installation at a time: two test runs may start together in a fresh checkout. */
async function alone(work) {
  const lock = `${cache}.lock`
  mkdirSync(join(cache, '..'), { recursive: true })
  while (!claimed(lock)) {
    if (!holderLives(lock)) rmSync(lock, { force: true })
    else await pause(500)
  }
  try {
    return await work()
  } finally {
    rmSync(lock, { force: true })
  }
}

function claimed(lock) {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' })
    return true
  } catch {
    return false
  }
}

function holderLives(lock) {
  try {
    const pid = Number(readFileSync(lock, 'utf8'))
    // Empty: the holder is just writing its number.
    if (pid > 0) process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

function secantusVersion() {
  const asked = run(inVenv('python'), ['-c', 'from importlib.metadata import version; print(version("SecantusDB"))'])
  return asked.failed ? undefined : lastLine(asked.output)
}

function newEnoughPython() {
  const names = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python']
  return names.map(onPath).find((python) => python && isNewEnough(python))
}

function isNewEnough(python) {
  const asked = run(python, ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])'])
  if (asked.failed) return false
  const [major = 0, minor = 0] = lastLine(asked.output).split('.').map(Number)
  return major === oldestPython[0] && minor >= oldestPython[1]
}

function inVenv(name) {
  return windows ? join(cache, 'Scripts', `${name}.exe`) : join(cache, 'bin', name)
}

function onPath(name) {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean)
  return folders.map((folder) => join(folder, windows ? `${name}.exe` : name)).find(isExecutable)
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function run(command, args) {
  const done = spawnSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true })
  return { failed: done.status !== 0, output: `${done.stderr ?? ''}${done.stdout ?? ''}${done.error?.message ?? ''}` }
}

function lastLine(text) {
  return text.trim().split('\n').at(-1) ?? ''
}

function nameOfMongod(command) {
  const version = /v(\d+\.\d+\.\d+\S*)/.exec(run(command, ['--version']).output)
  return `mongod ${version?.[1] ?? 'of an unknown version'}`
}

async function nameOfServerAt(url) {
  const client = new (driver().MongoClient)(url, { serverSelectionTimeoutMS: 10_000 })
  try {
    const { version } = await client.db('admin').command({ buildInfo: 1 })
    return `the server of MONGO_URL (it says MongoDB ${version})`
  } catch (error) {
    throw new Error(`The server of MONGO_URL does not answer: ${error.message}`)
  } finally {
    await client.close()
  }
}

/** The driver that Mongoose brings: the tree has one. */
function driver() {
  return createRequire(join(root, 'packages', 'mongoose', 'package.json'))('mongoose').mongo
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}

async function main([verb = 'start']) {
  if (verb === 'find') {
    const found = await findMongoServer({ install: false })
    process.stdout.write(found.kind === 'none' ? `No server. ${found.why} ${whatToInstall}\n` : `${found.name}\n`)
    return
  }
  const server = await startMongoServer()
  process.stderr.write(`${server.name}. Ctrl+C ends it.\n`)
  process.stdout.write(`${server.url}\n`)
  const hold = setInterval(() => {}, 60_000)
  const end = async () => {
    await server.stop()
    clearInterval(hold)
  }
  process.once('SIGINT', end)
  process.once('SIGTERM', end)
}

if (process.argv[1] === here) {
  const args = process.argv.slice(2)
  if (args[0] === '--keep') keepUntilAbandoned(args.slice(1))
  else
    main(args).catch((error) => {
      process.stderr.write(`${error.message}\n`)
      process.exitCode = 1
    })
}
