import type { ContactKind } from './contact.js'
import type { Message } from './message.js'

/** What came of a sending: taken over by the next hop, refused for good (no retry helps), or to be tried again. */
export type Delivery =
  | Readonly<{ outcome: 'accepted' }>
  | Readonly<{ outcome: 'refused'; reason: string }>
  | Readonly<{ outcome: 'again'; reason: string }>

/** A way on which messages leave. `reason` is a short code such as `smtp-550`, never the other side's text. */
export interface Channel {
  readonly kind: ContactKind
  /** Sends one message. It ends when `signal` aborts at the latest; what it throws counts as `again`. */
  send(message: Message, signal: AbortSignal): Promise<Delivery>
  /** Ends what it holds open. */
  stop?(): Promise<void>
}
