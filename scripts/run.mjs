#!/usr/bin/env node
/**
 * What `npm start`, `npm test` and the other root scripts call. It installs what the lockfile names when that has changed,
 * builds, and runs. No dependencies: in a fresh checkout there are none yet.
 *
 *   demo, tour [--mongodb]   the example bank, and a guided tour of bank and single sign-on; with --mongodb on a MongoDB server
 *   sso [--mongodb]          the example single sign-on
 *   test [jest arguments]    every suite; those of MongoDB if there is a server
 *   bench [--json ...]       the measurements
 *   matrix [--node ...]      the OpenID suites on the oldest and the newest oidc-provider, on each Node
 *   mutation [room ...]      changes the rooms that decide and asks the tests whether they notice
 *   build, lint, check       tsc -b; Biome; Biome and the types of tests and examples
 *
 * COUNTERSIGN_REQUIRE_MONGODB=1 makes `test` fail where the MongoDB suites cannot run.
 */
import { execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const pnpmVersion = '10.34.9'

const commands = {
  demo: async (args) => runExample('examples/bank', 'main.js', args, join(root, '.countersign', 'mongodb')),
  sso: async (args) => runExample('examples/sso', 'main.js', args, join(root, '.countersign', 'mongodb')),
  tour: async (args) => runExample('examples/sso', 'tour.js', args),
  bench: async (args) => runExample('test', 'bench/main.js', args),
  matrix: runMatrix,
  mutation: runMutation,
  test: runTests,
  build: async () => build('.'),
  lint: async (args) => nodeTool('@biomejs/biome/bin/biome', ['check', ...args, '.']),
  check: async () => {
    await nodeTool('@biomejs/biome/bin/biome', ['check', '.'])
    await nodeTool('typescript/bin/tsc', ['-p', 'tsconfig.tests.json'])
  },
}

/** A step that failed has said why: only its exit code is left to pass on. */
class StepFailed extends Error {
  constructor(code) {
    super(`A step ended with exit code ${code}.`)
    this.code = code
  }
}

async function main([name, ...args]) {
  refuseOldNode()
  const command = commands[name]
  if (!command) throw new Error(`There is no command "${name}". Use one of: ${Object.keys(commands).join(', ')}.`)
  await install()
  await command(args)
}

function refuseOldNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if ((major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22) return
  throw new Error(`Countersign needs Node 20.19 or newer, or 22.12 or newer; this is ${process.versions.node}.`)
}

/** Installs only when the lockfile, Node or the machine is another than at the last time. */
async function install() {
  const stampFile = join(root, 'node_modules', '.countersign-stamp')
  const stamp = createHash('sha256')
    .update(readFileSync(join(root, 'pnpm-lock.yaml')))
    .update(`${process.version} ${process.platform} ${process.arch}`)
    .digest('hex')
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return

  const [command, ...args] = pnpm()
  const quiet = { ...process.env, npm_config_update_notifier: 'false' }
  await step(command, [...args, 'install', '--frozen-lockfile', '--config.confirm-modules-purge=false'], quiet)
  writeFileSync(stampFile, stamp)
}

/** The pnpm that called us, or the pinned one through the npx beside the running npm. None is needed on the PATH. */
function pnpm() {
  const caller = process.env.npm_execpath
  const agent = /^pnpm\/(\d+)/.exec(process.env.npm_config_user_agent ?? '')
  if (caller && agent && Number(agent[1]) >= 10)
    return /\.[cm]?js$/.test(caller) ? [process.execPath, caller] : [caller]

  return [...npx(), '--yes', `pnpm@${pnpmVersion}`]
}

function npx() {
  const beside = npxBeside(process.env.npm_execpath)
  return beside ? [process.execPath, beside] : ['npx']
}

function npxBeside(caller) {
  const nodeFolder = dirname(realpathSync(process.execPath))
  const candidates = [
    ...(caller && basename(caller) === 'npm-cli.js' ? [join(dirname(caller), 'npx-cli.js')] : []),
    join(nodeFolder, '..', 'lib', 'node_modules', 'npm', 'bin', 'npx-cli.js'),
    join(nodeFolder, 'node_modules', 'npm', 'bin', 'npx-cli.js'),
  ]
  return candidates.find((file) => existsSync(file))
}

async function build(project) {
  await nodeTool('typescript/bin/tsc', ['-b', project])
}

/** In this very process: a signal sent to `npm start` reaches no grandchild. */
async function runExample(folder, file, args, storagePath) {
  await build(folder)
  const programArgs = args.filter((argument) => argument !== '--mongodb')
  if (programArgs.length < args.length) await useMongoServer(storagePath)

  const program = join(root, folder, 'dist', file)
  process.argv = [process.execPath, program, ...programArgs]
  await import(pathToFileURL(program).href).catch((error) => {
    console.error(error)
    throw new StepFailed(1)
  })
}

/** The server ends when this process does; data under `storagePath` stay. */
async function useMongoServer(storagePath) {
  const { startMongoServer } = await import('./mongodb.mjs')
  const ofTheUser = Boolean(process.env.MONGO_URL)
  const server = await startMongoServer({ storagePath, own: !ofTheUser, testCommands: false })
  if (!ofTheUser) process.env.MONGO_URL = `${server.url}countersign`
  const where = storagePath && !ofTheUser ? ', data in .countersign/mongodb' : ''
  process.stderr.write(`MongoDB: ${server.name}${where}.\n`)
}

async function runTests(args) {
  await build('.')
  await withMongoServer((server) => runJest(args, server))
}

/** A leg that fails keeps no other from running. */
async function runMatrix(args) {
  const { environmentOf, legsOf, nodeOf, suites } = await import('./matrix.mjs')
  const legs = legsOf(args)
  await build('.')
  const lines = []
  await withMongoServer(async (server) => {
    for (const { node, library } of legs) {
      const program = nodeOf(node, npx())
      const title = `oidc-provider ${library} on Node ${execFileSync(program, ['-p', 'process.versions.node'], { encoding: 'utf8' }).trim()}`
      process.stderr.write(`\n${title}\n`)
      const passed = await runJest(suites, server, { program, environment: environmentOf(library, root) }).then(
        () => true,
        () => false,
      )
      lines.push(`${passed ? 'ok     ' : 'FAILED '} ${title}`)
    }
  })
  process.stderr.write(`\n${lines.join('\n')}\n`)
  if (lines.some((line) => line.startsWith('FAILED'))) throw new StepFailed(1)
}

/** Runs what needs a MongoDB server, with one if there is one, and says which one it was. */
async function withMongoServer(run) {
  const { findMongoServer, startMongoServer, whatToInstall } = await import('./mongodb.mjs')
  const found = await findMongoServer()
  const required = process.env.COUNTERSIGN_REQUIRE_MONGODB === '1'
  if (found.kind === 'none' && required) throw new Error(didNotRun(found, whatToInstall))

  const server = found.kind === 'none' ? undefined : await startMongoServer({ server: found })
  try {
    await run(server)
  } finally {
    await server?.stop()
    process.stderr.write(
      server ? `\nThe MongoDB suites had ${server.name}.\n` : `\n${didNotRun(found, whatToInstall)}\n`,
    )
  }
}

function didNotRun(found, whatToInstall) {
  return `THE MONGODB SUITES DID NOT RUN: THERE IS NO SERVER. ${found.why} ${whatToInstall}`
}

async function runJest(args, server, { program = process.execPath, environment = {} } = {}) {
  const mongo = server
    ? { COUNTERSIGN_TEST_MONGO_URL: server.url, COUNTERSIGN_TEST_MONGO_SERVER: server.name }
    : { COUNTERSIGN_TEST_MONGO_URL: undefined }
  const node = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning']
  const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js')
  await step(program, [...node, jest, ...args], { ...process.env, ...mongo, ...environment })
}

/** One room after the other: each has its own report under `reports/mutation`. */
async function runMutation(args) {
  const { judgesOf } = await import('./mutation-rooms.mjs')
  for (const room of args.length > 0 ? args : Object.keys(judgesOf))
    await nodeTool('@stryker-mutator/core/bin/stryker.js', ['run'], { COUNTERSIGN_MUTATED_ROOMS: room })
}

async function nodeTool(path, args, environment = {}) {
  await step(process.execPath, [join(root, 'node_modules', path), ...args], { ...process.env, ...environment })
}

/** Runs a program to its end, hands on the signals that reach us, and fails with its exit code. */
function step(command, args, env = process.env) {
  const child = spawn(command, args, { cwd: root, env, stdio: 'inherit', shell: command === 'npx' })
  const forwarders = ['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => {
    const forward = () => child.kill(signal)
    process.on(signal, forward)
    return () => process.off(signal, forward)
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => {
      for (const stopForwarding of forwarders) stopForwarding()
      if (code === 0) resolve()
      else reject(new StepFailed(code ?? 128 + (signalNumbers[signal] ?? 0)))
    })
  })
}

const signalNumbers = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 }

main(process.argv.slice(2)).catch((error) => {
  if (error instanceof StepFailed) process.exitCode = error.code
  else {
    process.stderr.write(`${error.message}\n`)
    process.exitCode = 1
  }
})
