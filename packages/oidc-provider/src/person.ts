import type { Whom } from '@countersign/core'
import type { OidcStepUpOptions } from './options.js'

/** A session of the provider, as far as a person in Countersign is made from it. `uid` stays when the session's id rotates; `jti` does not. */
export type SignedIn = Readonly<{
  accountId?: string | undefined
  uid?: string | undefined
  amr?: readonly string[] | undefined
}>

/** The text by which Countersign knows a session of the provider: the same in all its tabs, and unguessable as the uid is. */
export function sessionText(uid: string): string {
  return `oidc-session:${uid}`
}

/** Who is signed in, in Countersign's words; nobody where the session has no account. */
export async function personIn(
  { accountId, uid, amr = [] }: SignedIn,
  { openedBy }: Pick<OidcStepUpOptions, 'openedBy'>,
): Promise<Whom | undefined> {
  if (accountId === undefined || uid === undefined) return undefined
  const opened = await openedBy?.({ accountId, sessionUid: uid, amr })
  return { subject: accountId, session: sessionText(uid), ...(opened !== undefined && { openedBy: opened }) }
}
