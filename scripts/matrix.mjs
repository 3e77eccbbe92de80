/**
 * What `npm run matrix` runs: the suites of the OpenID packages, on the oldest oidc-provider that they take and on the newest, and on each
 * Node. The libraries are in the lockfile; Node comes from the npm registry.
 */
import { execFileSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'

/**
 * Whatever uses oidc-provider, but for what chooses a library itself: the table of decisions on the oldest one, and the adapter's contract
 * in memory, which uses a file that is not the library's entry.
 */
export const suites = [
  'packages/oidc-provider/test/(?!oldest-library)',
  'packages/resource-server/test/(real-provider|passport)',
  'packages/mongoose/test/oidc-adapter',
]

/** The library by what is said on the command line, as the catalog names it. */
const libraries = { '9.12.0': 'oidc-provider912', newest: 'oidc-provider' }

const defaults = { library: Object.keys(libraries).join(), node: '20.19.0,22,24' }

/** Each library on each Node; `--library 9.12.0`, `--node 22,24` and `--node this` leave some out. */
export function legsOf(args) {
  const chosen = { ...defaults, ...optionsIn(args) }
  const names = chosen.library.split(',')
  const unknown = names.find((name) => !(name in libraries))
  if (unknown !== undefined)
    throw new Error(`There is no library "${unknown}". Use ${Object.keys(libraries).join(' or ')}.`)
  return chosen.node.split(',').flatMap((node) => names.map((library) => ({ node, library })))
}

function optionsIn(args) {
  const options = {}
  for (let at = 0; at < args.length; at += 2) {
    const name = args[at]?.replace(/^--/, '')
    if (!(name in defaults) || args[at + 1] === undefined)
      throw new Error('Write npm run matrix -- [--library 9.12.0,newest] [--node 20.19.0,22,24,this].')
    options[name] = args[at + 1]
  }
  return options
}

/** What jest is told, so that every import of oidc-provider leads to this one. */
export function environmentOf(library, root) {
  const require = createRequire(join(root, 'packages/oidc-provider/package.json'))
  return { COUNTERSIGN_TEST_OIDC_PROVIDER: require.resolve(libraries[library]) }
}

/** The program of this Node. The package `node` would need its install script; the one of the platform brings the program along. */
export function nodeOf(version, npx) {
  if (version === 'this') return process.execPath
  const [command, ...args] = npx
  const wanted = [...args, '--yes', `--package=${platformPackage()}@${version}`, '-c', 'node -p process.execPath']
  return execFileSync(command, wanted, { encoding: 'utf8', shell: command === 'npx' })
    .trim()
    .split('\n')
    .at(-1)
}

function platformPackage() {
  const platform = process.platform === 'win32' ? 'win' : process.platform
  const place = `${platform}-${process.arch}`
  return place === 'darwin-arm64' ? `node-bin-${place}` : `node-${place}`
}
