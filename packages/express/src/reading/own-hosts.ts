/** Which hosts are answered and which origins are our own. */
export type OwnHosts = Readonly<{
  /** Whether a `Host` header names us. */
  knowsHost: (host: string | undefined) => boolean
  /** Whether an `Origin` header is ours. */
  knowsOrigin: (origin: string | undefined) => boolean
  /** Whether browsers reach us by TLS. */
  secure: boolean
  /** The first host's name, for pages without a brand. */
  name: string
}>

const loopbackNames = ['localhost', '127.0.0.1', '[::1]']

/** Own hosts and origins: the public URL's and the named ones. A loopback URL stands for every loopback name of any port. */
export function ownHosts(publicUrl: URL | undefined, origins: readonly URL[]): OwnHosts {
  const urls = publicUrl ? [publicUrl, ...origins] : origins
  const known = new Set(urls.map(({ origin }) => origin))
  const hosts = new Set(urls.flatMap(hostsOf))
  const loopback = urls.some(({ hostname }) => loopbackNames.includes(hostname))

  return {
    knowsHost: (host) => host !== undefined && (hosts.has(host.toLowerCase()) || (loopback && isLoopback(host))),
    knowsOrigin: (origin) => origin !== undefined && (known.has(origin) || (loopback && isLoopbackOrigin(origin))),
    secure: (publicUrl ? [publicUrl] : urls).every(({ protocol }) => protocol === 'https:'),
    name: urls[0]?.hostname ?? 'Countersign',
  }
}

/** A host as a client may write it: with or without the port that its scheme has anyway. */
function hostsOf({ host, hostname, port, protocol }: URL): string[] {
  return port ? [host] : [host, `${hostname}:${protocol === 'https:' ? 443 : 80}`]
}

function isLoopback(host: string): boolean {
  return loopbackNames.includes(host.toLowerCase().replace(/:\d{1,5}$/, ''))
}

function isLoopbackOrigin(origin: string): boolean {
  const [, host] = /^https?:\/\/([^/]+)$/.exec(origin) ?? []
  return host !== undefined && isLoopback(host)
}
