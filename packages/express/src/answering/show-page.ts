import type { Language } from '@countersign/core'
import type { Request, Response } from 'express'
import type { Addresses } from '../pages/addresses.js'
import type { PageContext } from '../pages/page.js'
import { renderPage } from '../pages/render-page.js'
import { knownLanguage, languageCookie, type Manner, mannerOf } from '../reading/asking.js'
import { queryOf } from '../reading/fields.js'
import type { Settings } from '../settings.js'
import type { Assets } from './assets.js'
import { setOurHeaders } from './headers.js'
import type { ShowPage } from './respond.js'

/** Seconds that a language chosen on a page is remembered: a year. */
const languageSeconds = 31_536_000

/** What surrounds a page of another door: where its forms lead. */
export type Surroundings = Readonly<{
  addresses?: Addresses
  /** An origin, or a scheme, that a form's answer may lead to beside our own. */
  formTarget?: string
}>

/** Shows pages in the manner of the person who asks. */
export function pageShower(
  settings: Settings,
  assets: Assets,
  surroundingsOf: (request: Request) => Surroundings = () => ({}),
): ShowPage {
  const { secure, base, options } = settings
  const files = {
    stylesheet: `${base}/assets/${assets.stylesheet.name}`,
    script: `${base}/assets/${assets.script.name}`,
  }

  return async function showPage(request, response, status, page) {
    const manner = await mannerOf(request, options)
    rememberLanguage(request, response, secure)
    const { formTarget } = surroundingsOf(request)
    setOurHeaders(response, secure, formTarget)
    response.vary('Accept').vary('Accept-Language').vary('Cookie')
    response.status(status).type('html').set('Content-Language', manner.language)
    response.send(renderPage(page, contextOf(request, manner)))
  }

  function contextOf(request: Request, manner: Manner): PageContext {
    const other = options.language ? undefined : otherLanguageUrl(request, base, manner.language)
    const { addresses } = surroundingsOf(request)
    return {
      ...manner,
      base,
      ...(addresses && { addresses }),
      assets: files,
      theme: settings.theme,
      ...now(settings),
      ...(other !== undefined && { otherLanguageUrl: other }),
    }
  }
}

/** The page that says "not available now" has no store's time either. */
function now({ door }: Settings): Pick<PageContext, 'now'> {
  try {
    return { now: door.now() }
  } catch {
    return {}
  }
}

/** Only our own pages can be shown again by a GET. */
function otherLanguageUrl(request: Request, base: string, language: Language): string | undefined {
  if (request.method !== 'GET' || !request.originalUrl.startsWith(`${base}/`)) return undefined
  const url = new URL(request.originalUrl, 'https://own.invalid')
  url.searchParams.set('language', language === 'en' ? 'de' : 'en')
  return url.pathname + url.search
}

function rememberLanguage(request: Request, response: Response, secure: boolean): void {
  const chosen = request.method === 'GET' ? knownLanguage(queryOf(request, 'language')) : undefined
  if (chosen)
    response.cookie(languageCookie, chosen, {
      maxAge: languageSeconds * 1000,
      httpOnly: true,
      secure,
      sameSite: 'lax',
      path: '/',
    })
}
