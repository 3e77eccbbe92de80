import { z } from 'zod'
import type { KeyRing } from '../secret/key-ring.js'
import { seal, unseal } from '../secret/seal.js'
import type { Whom } from './countersign.js'
import type { Door, Ticket } from './door.js'
import type { Identity } from './identity.js'

/** How long a ticket may open a challenge, in milliseconds. */
const ticketLife = 900_000
const longestTicket = 16_384

const form = z.strictObject({
  a: z.string(),
  b: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  t: z.number(),
  r: z.string().optional(),
})

/** Tickets: sealed for one subject and session, so that nobody else's request reads or uses them. */
export function createTickets(keys: KeyRing, identityOf: (whom: Whom) => Identity, now: () => Date): Door['tickets'] {
  const contextOf = (whom: Whom) => {
    const { subject, session } = identityOf(whom)
    return ['ticket', subject, session]
  }

  return {
    seal(whom, { action, bound, askedAt, resume }: Ticket) {
      return seal(
        keys,
        'ticket',
        contextOf(whom),
        JSON.stringify({ a: action, b: bound, t: askedAt.getTime(), r: resume }),
      )
    },
    read(whom, text) {
      const content = text.length <= longestTicket ? unseal(keys, 'ticket', contextOf(whom), text) : undefined
      const ticket = content === undefined ? undefined : form.safeParse(JSON.parse(content)).data
      if (!ticket) return { outcome: 'malformed' }
      if (now().getTime() - ticket.t > ticketLife) return { outcome: 'expired' }
      const { a: action, b: bound, t, r: resume } = ticket
      return { outcome: 'ok', ticket: { action, bound, askedAt: new Date(t), ...(resume !== undefined && { resume }) } }
    },
  }
}
