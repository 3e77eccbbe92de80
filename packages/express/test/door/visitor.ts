import type { Express } from 'express'
import request, { type Response, type Test } from 'supertest'
import type { Bank } from './bank.js'

/** Somebody with a browser or a program that keeps cookies. */
export type Visitor = ReturnType<typeof visitor>

const ownHeaders = { 'Sec-Fetch-Site': 'same-origin' }

/** A client that keeps cookies. `json` asks as a program does, `page` as a browser does. */
export function visitor(app: Express) {
  const jar = new Map<string, string>()

  function prepared(made: Test): Test {
    if (jar.size > 0) made.set('Cookie', [...jar].map(([name, value]) => `${name}=${value}`).join('; '))
    return made
      .set(ownHeaders)
      .redirects(0)
      .ok(() => true)
  }

  async function keeping(made: Test): Promise<Response> {
    const response = await made
    for (const line of setCookies(response)) keep(jar, line)
    return response
  }

  return {
    jar,
    json: {
      get: (path: string) => keeping(prepared(request(app).get(path)).accept('application/json')),
      post: (path: string, body: object, headers: Record<string, string> = {}) =>
        keeping(prepared(request(app).post(path)).accept('application/json').set(headers).send(body)),
      delete: (path: string, headers: Record<string, string> = {}) =>
        keeping(prepared(request(app).delete(path)).accept('application/json').set(headers)),
    },
    page: {
      get: (path: string) => keeping(prepared(request(app).get(path)).set('Accept', browserAccepts)),
      post: (path: string, fields: Record<string, string>) =>
        keeping(prepared(request(app).post(path)).set('Accept', browserAccepts).type('form').send(fields)),
    },
    /** A request with this visitor's cookies, to be set up freely. */
    raw: (make: (agent: ReturnType<typeof request>) => Test) => keeping(prepared(make(request(app)))),
  }
}

const browserAccepts = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'

export function setCookies(response: Response): readonly string[] {
  const lines: unknown = response.headers['set-cookie']
  return Array.isArray(lines) ? lines.map(String) : []
}

function keep(jar: Map<string, string>, line: string): void {
  const [pair = '', ...attributes] = line.split(';')
  const name = pair.slice(0, pair.indexOf('='))
  const value = pair.slice(pair.indexOf('=') + 1)
  const over = attributes.some((one) => /expires=thu, 01 jan 1970/i.test(one))
  if (over || value === '') jar.delete(name)
  else jar.set(name, value)
}

/** A visitor who is signed in. */
export async function signedIn({ app }: Pick<Bank, 'app'>, user = 'alice'): Promise<Visitor> {
  const client = visitor(app)
  await client.json.post('/sign-in', { user })
  return client
}

/** Opens a challenge for a refused request and reads its code. */
export async function opened(client: Visitor, { inbox }: Bank, refusal: Response) {
  const open = await client.json.post('/countersign/challenges', { ticket: refusal.body.ticket })
  if (open.status !== 201) throw new Error(`opening was answered ${open.status} ${open.text}`)
  return { id: String(open.body.challenge.id), challenge: open.body.challenge, code: await inbox.lastCode() }
}

/** A right code of the same length as another. */
export function otherThan(code: string): string {
  return code.replace(/./, (digit) => String((Number(digit) + 1) % 10))
}
