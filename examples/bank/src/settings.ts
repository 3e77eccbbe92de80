import { isIP } from 'node:net'
import { isLoopbackHost } from './http/own-origin.js'

/** How one run of the bank is set up. */
export type Settings = Readonly<{
  /** 0 takes a free one. */
  port: number
  /** Where the bank is reached; `http://localhost:<port>` if nothing else was said. */
  publicUrl?: URL
  /** People, transfers, sessions and the state of Countersign are kept here; in memory without. */
  mongoUrl?: string
  /** Where mail goes; into the built-in inbox without. */
  smtpUrl?: string
  /** Key ring as `countersign keys new` prints it. */
  keys?: string
  /** Limits per address of the client. */
  clientLimits: boolean
  /** Express's `trust proxy`: a number of hops, or addresses. */
  trustProxy?: number | readonly string[]
  production: boolean
}>

/** A set-up that cannot work, said in one sentence for whoever started the bank. */
export class SetupError extends Error {
  override readonly name = 'SetupError'
}

/**
 * Reads the settings from the environment (http.md, "The demo bank").
 * @throws SetupError with the variable and what to write instead.
 */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const production = env.NODE_ENV === 'production'
  const settings = {
    port: portOf(env.PORT),
    publicUrl: publicUrlOf(env.PUBLIC_URL),
    mongoUrl: env.MONGO_URL || undefined,
    smtpUrl: env.SMTP_URL || undefined,
    keys: env.COUNTERSIGN_KEYS || undefined,
    clientLimits: clientLimitsOf(env.CLIENT_LIMITS, production),
    trustProxy: trustProxyOf(env.TRUST_PROXY),
    production,
  }
  return withoutUndefined(settings)
}

function withoutUndefined<T extends Record<string, unknown>>(
  settings: T,
): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>
  }
}

function portOf(text = '3000'): number {
  const port = Number(text)
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port
  throw new SetupError(`PORT is "${text}". Give a number from 0 to 65535, such as 3000.`)
}

function publicUrlOf(text: string | undefined): URL | undefined {
  if (!text) return undefined
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url && /^https?:$/.test(url.protocol) && url.pathname === '/' && !url.search) return url
  throw new SetupError('PUBLIC_URL is no address of a site. Give scheme and host alone, such as https://bank.example.')
}

function clientLimitsOf(text: string | undefined, production: boolean): boolean {
  if (!text || text === 'on') return true
  if (text !== 'off') throw new SetupError(`CLIENT_LIMITS is "${text}". Give "off", for tests, or leave it out.`)
  if (production)
    throw new SetupError('CLIENT_LIMITS=off is for tests and not allowed with NODE_ENV=production. Leave it out.')
  return false
}

/** `true` would believe whatever a client says of its own address. */
function trustProxyOf(text: string | undefined): number | readonly string[] | undefined {
  if (!text) return undefined
  if (/^[1-9]$/.test(text)) return Number(text)
  const proxies = text.split(',').map((proxy) => proxy.trim())
  if (proxies.every(isProxy)) return proxies
  throw new SetupError(
    'TRUST_PROXY names no proxy. Give the number of hops, such as 1, or addresses and subnets, such as 10.0.0.0/8.',
  )
}

function isProxy(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/')
  const fits = bits === undefined || /^\d{1,3}$/.test(bits)
  return ['loopback', 'linklocal', 'uniquelocal'].includes(text) || (isIP(address) > 0 && fits && rest.length === 0)
}

/** Where the bank is reached: what was said, else this machine. */
export function publicUrlFor(settings: Settings, port: number): URL {
  return settings.publicUrl ?? new URL(`http://localhost:${port}`)
}

/** Whether the bank is for this machine alone. */
export function isLocal(publicUrl: URL): boolean {
  return isLoopbackHost(publicUrl.hostname)
}
