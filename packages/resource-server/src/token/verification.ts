import type { AccessToken } from './access-token.js'
import type { Remembered } from './token-memory.js'

/** What came of looking at a token. `why` is for the client, and tells nothing that it could not know. */
export type Verification =
  | (Readonly<{ outcome: 'verified'; token: AccessToken }> & Omit<Remembered, 'claims'>)
  | Readonly<{ outcome: 'invalid'; why?: string }>
