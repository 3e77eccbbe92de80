import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Language } from '@countersign/core'
import type { PageContext } from '../../packages/express/src/pages/page.js'
import { pageScript } from '../../packages/express/src/pages/page-script.js'
import { renderPage } from '../../packages/express/src/pages/render-page.js'
import { stylesheet } from '../../packages/express/src/pages/stylesheet.js'
import { aContext, assets, galleryIn, theme } from '../../packages/express/test/pages-gallery.js'

/** What the pages must bear: nothing inline, nothing from elsewhere. */
const policy =
  "default-src 'none'; style-src 'self'; script-src 'self'; form-action 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'"

const files: readonly string[] = Object.values(assets)

/** The pages of the gallery at `/en/code` and so on, under the policy that they are made for. */
export type GalleryServer = Readonly<{
  url: string
  /** Every request that is no page of the gallery, as "POST /transfers". */
  requests: string[]
  /** What `GET /countersign/challenges/c1` answers, and the time that it says it is. */
  challenge: { answer: Readonly<Record<string, unknown>>; date?: Date }
  close: () => Promise<void>
}>

/** Serves the gallery on a free port. `changes` go into the context of every page; `script` stands in for the pages' own. */
export async function serveGallery(changes: Partial<PageContext> = {}, script = pageScript): Promise<GalleryServer> {
  const requests: string[] = []
  const challenge: GalleryServer['challenge'] = { answer: { delivery: 'sent' } }
  const pages = documents(changes, script)
  const server = createServer((request, response) => {
    const path = request.url ?? '/'
    const found = pages.get(path)
    if (!found && !['/favicon.ico', '/elsewhere'].includes(path)) requests.push(`${request.method} ${path}`)
    // As the routes do: a reload repeats nothing.
    if (request.method === 'POST') return void response.writeHead(303, { location: '/elsewhere' }).end()
    const body = path === '/countersign/challenges/c1' ? { type: 'application/json', text: json(challenge) } : found
    response.sendDate = false
    if (challenge.date) response.setHeader('date', challenge.date.toUTCString())
    response.writeHead(200, {
      'content-type': `${body?.type ?? 'text/html'}; charset=utf-8`,
      'content-security-policy': policy,
      // As the door does: a page is kept by nobody, its files for ever.
      'cache-control': files.includes(path) ? 'max-age=3600' : 'no-store',
    })
    response.end(body?.text ?? '<!doctype html><html lang="en"><title>elsewhere</title><p>elsewhere</p></html>')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: urlOf(server), requests, challenge, close: () => closed(server) }
}

/** The addresses of all pages of a language, below the server's. */
export function pagePaths(language: Language): readonly string[] {
  return Object.keys(galleryIn(language)).map((name) => `/${language}/${name}`)
}

function documents(
  changes: Partial<PageContext>,
  script: string,
): ReadonlyMap<string, Readonly<{ type: string; text: string }>> {
  const pages = (['en', 'de'] as const).flatMap((language) =>
    Object.entries(galleryIn(language)).map(
      ([name, page]) =>
        [`/${language}/${name}`, { type: 'text/html', text: renderPage(page, aContext(language, changes)) }] as const,
    ),
  )
  return new Map([
    ...pages,
    [assets.stylesheet, { type: 'text/css', text: stylesheet(changes.theme ?? theme) }],
    [assets.script, { type: 'text/javascript', text: script }],
  ])
}

function json({ answer }: GalleryServer['challenge']): string {
  return JSON.stringify({ challenge: answer })
}

function urlOf(server: Server): string {
  const { port } = server.address() as AddressInfo
  return `http://127.0.0.1:${port}`
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections()
  return new Promise((resolve) => server.close(() => resolve()))
}
