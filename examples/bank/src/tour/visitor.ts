/** An answer as it came over the wire. */
export type Answer = Readonly<{
  status: number
  headers: Headers
  json: Readonly<Record<string, unknown>>
  text: string
}>

/** What a visitor sends: fields as JSON, or as the form of a page. `told` is what is said of it where it holds a secret. */
export type Sending = Readonly<{
  json?: unknown
  form?: string
  headers?: Readonly<Record<string, string>>
  told?: unknown
}>

/** Somebody who walks through the bank with a browser's cookies, but without a browser. */
export interface Visitor {
  readonly name: string
  send(method: string, path: string, sending?: Sending): Promise<Answer>
}

/** A visitor without any cookie yet. */
export function createVisitor(name: string, bank: URL): Visitor {
  const cookies = new Map<string, string>()
  return {
    name,
    async send(method, path, sending = {}) {
      const response = await fetch(new URL(path, bank), {
        method,
        redirect: 'manual',
        headers: headersOf(bank, cookies, sending),
        ...bodyOf(sending),
      })
      keepCookies(cookies, response.headers)
      const text = await response.text()
      return { status: response.status, headers: response.headers, json: jsonOf(text), text }
    },
  }
}

function headersOf(
  bank: URL,
  cookies: ReadonlyMap<string, string>,
  { json, form, headers }: Sending,
): Record<string, string> {
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  return {
    origin: bank.origin,
    accept: form === undefined ? 'application/json' : 'text/html',
    ...(json !== undefined && { 'content-type': 'application/json' }),
    ...(form !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
    ...(cookie !== '' && { cookie }),
    ...headers,
  }
}

function bodyOf({ json, form }: Sending): { body?: string } {
  if (form !== undefined) return { body: form }
  return json === undefined ? {} : { body: JSON.stringify(json) }
}

function keepCookies(cookies: Map<string, string>, headers: Headers): void {
  for (const line of headers.getSetCookie()) {
    const [pair = '', ...attributes] = line.split(';')
    const [name = '', ...value] = pair.split('=')
    const over = attributes.some((attribute) => /^\s*(max-age=0|expires=thu, 01 jan 1970)/i.test(attribute))
    if (over) cookies.delete(name)
    else cookies.set(name, value.join('='))
  }
}

function jsonOf(text: string): Readonly<Record<string, unknown>> {
  if (!/^[[{]/.test(text)) return {}
  const value: unknown = JSON.parse(text)
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
