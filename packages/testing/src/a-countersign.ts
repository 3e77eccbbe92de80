import { type Actions, type Countersign, createCountersign, type Log, type Parts, type Store } from '@countersign/core'
import { memoryStore } from '@countersign/memory'
import { type CapturedMessages, capturedMessages } from './captured-messages.js'
import { type StillClock, stillClock } from './still-clock.js'

/** A Countersign for a test, running, with all that the test looks at. */
export type TestCountersign<A extends Actions> = Readonly<{
  countersign: Countersign<A>
  clock: StillClock
  inbox: CapturedMessages & Readonly<{ clock: StillClock }>
  store: Store
}>

const quiet: Log = { info() {}, warn() {}, error() {} }

/** What a test may set; everything else has a default: a memory store on a still clock, an inbox, and contacts `<subject>@example.test`, proved. */
export type TestParts<A extends Actions> = Pick<Parts<A>, 'actions'> &
  Partial<Parts<A>> &
  Readonly<{
    /** Runs before the start: for what has to be made by then, such as the extension of an OpenID provider. */
    beforeStart?: (countersign: Countersign<A>) => void
  }>

/**
 * A running Countersign on a memory store, a still clock and an inbox. Nothing of it keeps a process alive; `countersign.stop()` ends it sooner.
 *
 * @example
 * const { countersign, inbox, clock } = await aCountersign({ actions })
 * const { requireStepUp, stepUpRoutes } = stepUp(countersign, { identify })
 */
export async function aCountersign<const A extends Actions>({
  beforeStart,
  ...parts
}: TestParts<A>): Promise<TestCountersign<A>> {
  const clock = stillClock()
  const store = parts.store ?? memoryStore({ clock })
  const inbox = { ...capturedMessages(), clock }
  const countersign = createCountersign<A>({
    channels: [inbox.channel],
    contactsOf: (subject) => [{ kind: 'email', address: `${subject}@example.test`, proved: true }],
    log: quiet,
    ...parts,
    store,
  })
  beforeStart?.(countersign)
  await countersign.start()
  return { countersign, clock, inbox, store }
}
