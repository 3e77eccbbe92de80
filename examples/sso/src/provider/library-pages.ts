import type { Language } from '@countersign/core'
import { theme } from '@countersign/example-bank/parts'
import { type Configuration, errors, type KoaContextWithOIDC } from 'oidc-provider'
import { renderPage, type ShownPage } from '../pages/render-page.js'
import { wordsOf } from '../pages/words.js'
import { contentSecurity } from './form-targets.js'

type Features = NonNullable<Configuration['features']>

/** The library's own pages, in the look of the house. */
export type LibraryPages = Readonly<{
  renderError: NonNullable<Configuration['renderError']>
  logout: Pick<NonNullable<Features['rpInitiatedLogout']>, 'logoutSource' | 'postLogoutSuccessSource'>
  deviceFlow: Pick<
    NonNullable<Features['deviceFlow']>,
    'userCodeInputSource' | 'userCodeConfirmSource' | 'successSource'
  >
}>

/** What a form of the library does not carry by itself. */
const button = (form: string, name: string, label: string, value = 'yes', second = false) =>
  `<button class="button${second ? ' second' : ''}" type="submit" form="${form}" name="${name}" value="${value}">${label}</button>`

/** Its field puts what is typed in capitals by a handler in the page, which our policy does not run; it takes small letters, too. */
const withoutHandlers = (form: string) => form.replace(/ on\w+="[^"]*"/g, '')

/** Pages of the library; `form` is its own HTML, with the tokens that it checks. */
export function libraryPages(): LibraryPages {
  return {
    renderError(context, out, error) {
      const lost = error instanceof errors.SessionNotFound
      if (lost) context.status = 410
      show(context, lost ? { page: 'lost' } : { page: 'refused', error: out.error })
    },
    logout: {
      logoutSource(context, form) {
        context.set('Content-Security-Policy', contentSecurity(context.oidc.params?.post_logout_redirect_uri))
        const { logout } = wordsOf[languageOf(context)]
        show(context, {
          page: 'library',
          heading: logout.heading,
          lead: logout.lead,
          html: `${form}<p class="actions">${button('op.logoutForm', 'logout', logout.yes)}<button class="plain" type="submit" form="op.logoutForm">${logout.no}</button></p>`,
        })
      },
      postLogoutSuccessSource(context) {
        const { logout } = wordsOf[languageOf(context)]
        show(context, { page: 'library', heading: logout.done, lead: theme.brand, html: '' })
      },
    },
    deviceFlow: {
      userCodeInputSource(context, form, _out, error) {
        const { device } = wordsOf[languageOf(context)]
        const lead = error ? device.wrong : device.lead
        show(context, {
          page: 'library',
          heading: device.heading,
          lead,
          html: `${withoutHandlers(form)}<p class="actions"><button class="button" type="submit" form="op.deviceInputForm">${device.goOn}</button></p>`,
        })
      },
      userCodeConfirmSource(context, form, client, _device, userCode) {
        const { device } = wordsOf[languageOf(context)]
        show(context, {
          page: 'library',
          heading: device.confirm(client.clientName ?? client.clientId),
          lead: device.same(userCode),
          html: `${form}<p class="actions"><button class="button" autofocus type="submit" form="op.deviceConfirmForm">${device.goOn}</button>${button('op.deviceConfirmForm', 'abort', device.no, 'yes', true)}</p>`,
        })
      },
      successSource(context) {
        const { device } = wordsOf[languageOf(context)]
        show(context, { page: 'library', heading: device.done, lead: device.close, html: '' })
      },
    },
  }
}

/** Answers with a page of the house. */
export function show(context: KoaContextWithOIDC, page: ShownPage): void {
  context.type = 'html'
  context.body = renderPage(page, { language: languageOf(context) })
}

export function languageOf(context: KoaContextWithOIDC): Language {
  return context.acceptsLanguages('en', 'de') === 'de' ? 'de' : 'en'
}
