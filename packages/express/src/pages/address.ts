/** Stands for whatever origin serves the page, so that a URL parser can tell own addresses from others. */
const own = 'https://own.invalid'

/** Where a link of the application may lead; anything else, such as `javascript:`, leads home. */
const schemes = ['https:', 'http:', 'mailto:', 'tel:']

/** An address for a link: an own path, or an absolute one that names a harmless scheme. */
export function linkTo(address: string): string {
  const parsed = parse(address)
  if (!parsed) return '/'
  if (parsed.origin === own) return pathOf(parsed)
  // `//elsewhere.example` names no scheme: nobody writes that on purpose.
  return schemes.includes(parsed.protocol) && address.toLowerCase().startsWith(parsed.protocol) ? parsed.href : '/'
}

/** An address for a form or a resumption: a path of the own origin, nothing else. */
export function ownPath(address: string): string {
  const parsed = parse(address)
  return parsed?.origin === own ? pathOf(parsed) : '/'
}

function parse(address: string): URL | undefined {
  return URL.canParse(address, own) ? new URL(address, own) : undefined
}

function pathOf({ pathname, search, hash }: URL): string {
  // `/.//elsewhere.example` is an own path whose normal form would lead elsewhere.
  return pathname.replace(/^\/+/, '/') + search + hash
}
