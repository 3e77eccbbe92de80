import type { Ticket } from '@countersign/core/door'
import type { Parts } from '../parts.js'
import { type Resume, readResume, resumeText } from '../reading/resume.js'
import type { Identity } from '../session/identify.js'

/** A ticket that is good, with what it carries; or why it is not. */
export type ReadTicket =
  | Readonly<{ outcome: 'ok'; ticket: Ticket; resume: Resume }>
  | Readonly<{ outcome: 'malformed' | 'expired' }>

/** A ticket lives so long from the guard's question, in milliseconds, however often a page sealed it anew. */
const ticketLife = 900_000

/** Reads a ticket of this person and session. One whose action has changed since then is malformed. */
export function readTicket({ door }: Parts, whom: Identity['whom'], text: string): ReadTicket {
  const read = door.tickets.read(whom, text)
  if (read.outcome !== 'ok') return { outcome: read.outcome }
  const { ticket } = read
  const requires = door.actions.get(ticket.action)?.requires
  if (requires === undefined || requires === 'nothing' || door.checkBound(ticket.action, ticket.bound).outcome !== 'ok')
    return { outcome: 'malformed' }

  const resume = readResume(ticket.resume)
  const askedAt = resume.asked === undefined ? ticket.askedAt : new Date(resume.asked)
  return { outcome: 'ok', ticket: { ...ticket, askedAt }, resume }
}

/** Whether a ticket is too old to open a challenge. */
export function isTooOld({ door }: Parts, { askedAt }: Ticket): boolean {
  return door.now().getTime() - askedAt.getTime() > ticketLife
}

/**
 * The ticket for a challenge's page. It is sealed anew, so that the interrupted request can be resumed as long as the challenge
 * lives; when the question was asked stays in it, so that it opens nothing for longer.
 */
export function ticketForPage({ door }: Parts, whom: Identity['whom'], ticket: Ticket, resume: Resume): string {
  const carried = resumeText({ ...resume, asked: ticket.askedAt.getTime() })
  return door.tickets.seal(whom, { ...ticket, askedAt: door.now(), resume: carried })
}
