import { readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { callsOf, hasAny, type Import, importsOf, packageNames, root, sourcesBelow } from './sources.js'

/** From the door to the ground: a room imports only rooms that stand after it. */
const rooms = [
  'countersign',
  'registration',
  'code',
  'challenge',
  'policy',
  'factor',
  'elevation',
  'throttle',
  'relay',
  'subject',
  'outbox',
  'delivery',
  'audit',
  'assurance',
  'secret',
]

const coreSource = 'packages/core/src'

/** Open to every room. */
const openToAll = [`${coreSource}/errors.ts`]

/** The document's plan names the data of every room: their types, nothing that runs. */
const mayNameTypesOfAnyRoom = [`${coreSource}/subject/subject.ts`]

/** Time comes in from the store and is handed down. A file that has a reason to ask the process's own clock stands here with it. */
const mayAskTheClock: Readonly<Record<string, string>> = {}

const everySource = packageNames().flatMap((name) => sourcesBelow(`packages/${name}/src`))
const coreSources = sourcesBelow(coreSource)

describe('the rooms of the core', () => {
  test('every folder of the core is a room with a place in the order', () => {
    const folders = new Set(coreSources.map(({ path }) => roomOf(path)).filter((room) => room !== undefined))

    expect([...folders].filter((room) => !rooms.includes(room))).toEqual([])
  })

  test('a room imports only rooms below it', () => {
    const wrong = coreSources.flatMap(importsOf).filter(isRelative).filter(leadsUpwards)

    expect(wrong.map(asText)).toEqual([])
  })

  test('the core imports no other package of the workspace', () => {
    const wrong = coreSources.flatMap(importsOf).filter(({ specifier }) => specifier.startsWith('@countersign/'))

    expect(wrong.map(asText)).toEqual([])
  })

  test('no room asks for the time of day, but for the listed ones', () => {
    // `performance.now()` is a stopwatch: it measures how long something took and says nothing about when.
    const clock = ['new Date()', 'Date()', 'Date.now()']
    const asking = coreSources.filter((source) => callsOf(source).some((call) => clock.includes(call)))

    expect(asking.map(({ path }) => path).sort()).toEqual(Object.keys(mayAskTheClock).sort())
  })
})

describe('the packages', () => {
  test('a package is imported by an entry that it exports', () => {
    const wrong = everySource
      .flatMap(importsOf)
      .filter(({ specifier }) => specifier.startsWith('@countersign/'))
      .filter(({ specifier }) => !entriesOf(packageOf(specifier)).includes(specifier))

    expect(wrong.map(asText)).toEqual([])
  })

  test('no file reaches out of the source of its package', () => {
    const wrong = everySource
      .flatMap(importsOf)
      .filter(isRelative)
      .filter((one) => !targetOf(one).startsWith(sourceFolderOf(one.from)))

    expect(wrong.map(asText)).toEqual([])
  })

  test('a package declares what it imports', () => {
    const wrong = everySource
      .flatMap(importsOf)
      .filter((one) => !isRelative(one) && !one.specifier.startsWith('node:'))
      .filter(({ from, specifier }) => !declaredBy(from).includes(packageOf(specifier)))

    expect(wrong.map(asText)).toEqual([])
  })

  test('no source says "any"', () => {
    expect(everySource.filter(hasAny).map(({ path }) => path)).toEqual([])
  })

  test('no source draws from Math.random', () => {
    const drawing = everySource.filter((source) => callsOf(source).some((call) => call.startsWith('Math.random(')))

    expect(drawing.map(({ path }) => path)).toEqual([])
  })
})

function leadsUpwards(one: Import): boolean {
  const from = roomOf(one.from)
  const target = targetOf(one)
  // Files beside the rooms (the entries of the package) join what they like.
  if (from === undefined || openToAll.includes(target)) return false
  if (one.typeOnly && mayNameTypesOfAnyRoom.includes(one.from)) return false
  const to = roomOf(target)
  return to === undefined || rooms.indexOf(to) < rooms.indexOf(from)
}

function roomOf(path: string): string | undefined {
  const [room, ...file] = path.slice(coreSource.length + 1).split('/')
  return file.length > 0 ? room : undefined
}

function isRelative({ specifier }: Import): boolean {
  return specifier.startsWith('.')
}

function targetOf({ from, specifier }: Import): string {
  return posix.join(posix.dirname(from), specifier).replace(/\.js$/, '.ts')
}

function sourceFolderOf(path: string): string {
  return `${path.split('/').slice(0, 3).join('/')}/`
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

type Manifest = Readonly<{
  exports: Record<string, unknown>
  dependencies?: Record<string, string>
  peerDependencies?: Record<string, string>
}>

function manifestIn(folder: string): Manifest {
  return JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))
}

function entriesOf(name: string): string[] {
  const { exports } = manifestIn(name.replace('@countersign/', 'packages/'))
  return Object.keys(exports).map((entry) => posix.join(name, entry))
}

function declaredBy(path: string): string[] {
  const { dependencies, peerDependencies } = manifestIn(path.split('/').slice(0, 2).join('/'))
  return Object.keys({ ...dependencies, ...peerDependencies })
}

function asText({ from, specifier }: Import): string {
  return `${from} imports ${specifier}`
}
