import { CountersignError } from '../errors.js'
import type { Health } from './countersign.js'
import type { Engine } from './engine.js'

const flushEvery = 60_000
const flushers = new WeakMap<Engine, NodeJS.Timeout>()

type Starting = Readonly<{ relay?: boolean }>

/** Starts once, however often it is asked for; after a start that failed it may be asked for again, after a stop not. */
export async function start(engine: Engine, options: Starting = {}): Promise<void> {
  const { state } = engine
  if (state.stopped) {
    throw new CountersignError(
      'ERR_COUNTERSIGN_NOT_STARTED',
      'Countersign was stopped, and its channels with it. Make a new one with createCountersign() and start that.',
    )
  }
  state.starting ??= startOnce(engine, options).catch((error: unknown) => {
    state.starting = undefined
    throw error
  })
  await state.starting
}

/** Starts the store, reads revocations once, and lets the relay run unless told not to. */
async function startOnce(engine: Engine, { relay = true }: Starting): Promise<void> {
  const { checked, feed, state } = engine
  if (checked.keysWereMade)
    checked.log.info(
      {},
      'Keys were made for this process and go with it. For a store that stays, run "npx @countersign/cli keys new" and pass what it prints as "keys".',
    )
  await checked.parts.store.start?.()
  await feed.start().catch((cause: unknown) => {
    throw new CountersignError(
      'ERR_COUNTERSIGN_STORE_UNAVAILABLE',
      'The store does not answer. Check that the database runs and that its address is right, then start again.',
      { cause },
    )
  })
  state.running = true
  state.relaying = relay
  if (relay) engine.relay.start()
  flushers.set(engine, setInterval(() => flush(engine), flushEvery).unref())
}

/** Finishes what is under way, then ends relay, feed, store and channels. */
export async function stop(engine: Engine): Promise<void> {
  const { checked, feed, relay, state } = engine
  if (!state.running) return
  state.running = false
  state.stopped = true
  clearInterval(flushers.get(engine))
  await relay.stop()
  await flush(engine)
  feed.stop()
  const ends = await Promise.allSettled(checked.parts.channels.map(async (channel) => channel.stop?.()))
  if (ends.some(({ status }) => status === 'rejected')) checked.log.warn({}, 'A channel could not be stopped.')
  await checked.parts.store.stop?.()
}

function flush({ tally, changes, checked }: Engine): Promise<void> {
  return Promise.resolve()
    .then(() => tally.flush(changes.subjects.now()))
    .catch(() =>
      checked.log.warn(
        { code: 'ERR_COUNTERSIGN_STORE_UNAVAILABLE' },
        'Counted refusals could not be written; they are kept and tried again.',
      ),
    )
}

/** `ready`: requests can be decided now. */
export async function healthOf({ checked, relay, state }: Engine): Promise<Health> {
  const store = (await checked.parts.store.health?.().catch(() => undefined)) ?? {
    reachable: !checked.parts.store.health,
    warnings: [],
  }
  const warnings = checked.keysWereMade
    ? ['Keys were made for this process and go with it.', ...store.warnings]
    : store.warnings
  return { live: true, ready: state.running && store.reachable, warnings, outboxLagSeconds: relay.lagSeconds() }
}
