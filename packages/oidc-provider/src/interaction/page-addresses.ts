import { type Addresses, type Saying, sayingQuery } from '@countersign/express/door'
import type { Interaction } from './our-interaction.js'

/** The page of an interaction. */
export function pageOf(path: string, uid: string, saying: Saying = {}): string {
  const query = new URLSearchParams(sayingQuery(saying)).toString()
  return query === '' ? `${path}/${uid}` : `${path}/${uid}?${query}`
}

/** Where the forms of an interaction's pages lead: below its own address, which its cookie is for. */
export function addressesFor(path: string, uid: string): Addresses {
  const page = `${path}/${uid}`
  return {
    open: `${page}/challenge`,
    otherWay: () => `${page}?other=1`,
    form: (_challenge, verb) => `${page}/${verb === 'cancel' ? 'abort' : verb}`,
    watch: () => `${page}/challenge`,
    hidden: () => [],
    leave: `${page}/abort`,
  }
}

/** The way back into the authorization request, as an own path: it is looked at anew there, and asked anew where it has to be. */
export function wayBack({ returnTo }: Interaction): string {
  const { pathname, search } = new URL(returnTo)
  return pathname + search
}

/** Where the answer to a form may lead in the end: the relying party, whose address the provider has checked (Chromium holds every redirect to `form-action`). */
export function formTargetOf({ params }: Interaction): string | undefined {
  const address = params.redirect_uri
  if (typeof address !== 'string' || !URL.canParse(address)) return undefined
  const { origin, protocol } = new URL(address)
  return /^https?:$/.test(protocol) ? origin : protocol
}
