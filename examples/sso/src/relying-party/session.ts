import type { Request } from 'express'

/** A payment that waits for its confirmation. */
export type WaitingPayment = Readonly<{ amount: string; payee: string }>

/** What was asked of the sign-in that is under way. */
export type SignInUnderWay = Readonly<{
  state: string
  nonce: string
  verifier: string
  acrValues: readonly string[]
  maxAgeSeconds?: number
}>

/** Who is signed in at the relying party, as the provider said it. */
export type SignedIn = Readonly<{
  name: string
  accessToken: string
  idToken: string
  acr: string
  amr: readonly string[]
  /** Seconds since 1970. */
  authTime: number
}>

declare module 'express-session' {
  interface SessionData {
    underWay: SignInUnderWay
    signedIn: SignedIn
    payment: WaitingPayment
    /** The payment of the last page that says "paid". */
    paid: Readonly<{ amount: string; payee: string; reference: string }>
  }
}

/** Takes something out of the session: the next look does not find it. */
export function taken<Name extends 'underWay' | 'payment' | 'paid'>(
  { session }: Request,
  name: Name,
): Request['session'][Name] | undefined {
  const value = session[name]
  delete session[name]
  return value
}
