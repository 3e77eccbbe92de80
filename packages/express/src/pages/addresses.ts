import type { PageContext } from './page.js'
import type { Hidden } from './view.js'

/** What can be done with a challenge by a form of its page. */
export type ChallengeVerb = 'answer' | 'resend' | 'cancel' | 'not-me'

/** Where the forms and links of the challenge pages lead. */
export type Addresses = Readonly<{
  /** Takes the form that asks for a challenge. */
  open: string
  /** The page that asks how to confirm, for who wants another way. */
  otherWay: (ticket: string) => string
  /** Takes a form of a challenge's page. */
  form: (challenge: string, verb: ChallengeVerb) => string
  /** A challenge as JSON, for the script. */
  watch: (challenge: string) => string
  /** Fields that each form carries along. */
  hidden: (ticket: string) => readonly Hidden[]
  /** Takes the form that leaves without an answer, where that is more than going back. */
  leave?: string
}>

/** Those of the routes below the base, unless the page is another door's. */
export function addressesOf({ addresses, base }: PageContext): Addresses {
  return addresses ?? addressesBelow(base)
}

function addressesBelow(base: string): Addresses {
  const challenge = (id: string) => `${base}/challenges/${encodeURIComponent(id)}`
  return {
    open: `${base}/challenges`,
    otherWay: (ticket) => `${base}/step-up?${new URLSearchParams({ ticket, other: '1' })}`,
    form: (id, verb) => `${challenge(id)}/${verb}`,
    watch: challenge,
    hidden: (ticket) => [{ name: 'ticket', value: ticket }],
  }
}
