import type { Settings } from '../settings.js'
import { IssuerUnavailable } from './issuer-unavailable.js'

const timeoutMilliseconds = 3000

/** What an address of the authorization server answers with 200, as JSON; undefined for 404. */
export type Asked = Readonly<Record<string, unknown>> | undefined

/**
 * Asks an address of the authorization server for JSON. Follows no redirect: keys come from where the metadata say.
 * @throws IssuerUnavailable when there is no JSON object within 3 s.
 */
export async function askIssuer({ fetch, log }: Settings, url: URL, request: RequestInit = {}): Promise<Asked> {
  try {
    const response = await fetch(url.href, {
      ...request,
      headers: { accept: 'application/json', ...request.headers },
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMilliseconds),
    })
    if (response.status === 404) return undefined
    if (response.status !== 200) throw new IssuerUnavailable(`${url.href} answered ${response.status}.`)
    return objectIn(await response.json(), url)
  } catch (error) {
    log.warn({ url: url.href, error: reasonOf(error) }, 'The authorization server gave no usable answer.')
    throw IssuerUnavailable.from(error)
  }
}

function objectIn(json: unknown, { href }: URL): Readonly<Record<string, unknown>> {
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json as Record<string, unknown>
  throw new IssuerUnavailable(`${href} answered with JSON that is no object.`)
}

/** The system's words (ECONNREFUSED) stand in the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message
}
