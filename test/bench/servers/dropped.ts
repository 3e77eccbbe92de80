import type { Channel, Log } from '@countersign/core'

/** Says nothing but errors. */
export const silent: Log = { info() {}, warn() {}, error: (what, message) => console.error(message, what) }

/** Sends nothing; the code is kept for whoever plays the person. */
export function droppingChannel(codes: Map<string, string>): Channel {
  return {
    kind: 'email',
    async send(message) {
      if (message.kind === 'code') codes.set(message.to.address.reveal(), message.code.reveal())
      return { outcome: 'accepted' }
    },
  }
}
