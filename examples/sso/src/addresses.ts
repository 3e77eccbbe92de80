/** Where the three programs of the demo are. */
export type Addresses = Readonly<{ issuer: string; relyingParty: string; api: string }>

/** All on the loopback interface: the demo speaks no TLS. */
export const host = '127.0.0.1'

/** The address of a port on this machine. */
export function addressOf(port: number): string {
  return `http://${host}:${port}`
}

/** The way back to the relying party. */
export function callbackOf({ relyingParty }: Addresses): string {
  return `${relyingParty}/callback`
}
