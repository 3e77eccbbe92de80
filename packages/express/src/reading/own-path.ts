/** Stands for whatever origin we are reached by, so that a URL parser can tell own addresses from others. */
const own = 'https://own.invalid'

/** A path of our own origin, as the URL parser reads it; anything that leads elsewhere becomes `/`. */
export function ownPath(address: string): string {
  const url = URL.canParse(address, own) ? new URL(address, own) : undefined
  if (url?.origin !== own) return '/'
  const path = url.pathname + url.search
  // "/.//elsewhere" is parsed as the path "//elsewhere", which a browser would take for a host.
  return path.startsWith('//') ? '/' : path
}
