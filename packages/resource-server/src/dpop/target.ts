/** As much of a request as says what it is sent to. */
export type Targeted = Readonly<{ originalUrl?: string | undefined; url?: string | undefined }>

/**
 * The address of a request as its client sees it, without query. The host comes from the configuration: by the request's own `Host`,
 * a proof made for another API would fit. Undefined: the request names no path.
 */
export function targetOf({ originalUrl, url }: Targeted, publicUrl: URL): string | undefined {
  const [path = ''] = (originalUrl ?? url ?? '').split('?', 1)
  if (!path.startsWith('/')) return undefined
  return comparable(`${publicUrl.origin}${publicUrl.pathname.replace(/\/$/, '')}${path}`)
}

/** RFC 9449, 4.3: without query and fragment, and in the one form of RFC 3986, 6.2.2 and 6.2.3. Undefined: no URL. */
export function comparable(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined
  const { origin, pathname } = new URL(address)
  return `${origin}${pathname.replace(/%[0-9a-f]{2}/gi, plainest)}`
}

/** An unreserved character is itself, everything else has capital digits. */
function plainest(encoded: string): string {
  const character = String.fromCharCode(Number.parseInt(encoded.slice(1), 16))
  return /[A-Za-z0-9._~-]/.test(character) ? character : encoded.toUpperCase()
}
