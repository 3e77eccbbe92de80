import type { Page, PageContext } from './page.js'
import { stylesheetPath } from './stylesheet.js'
import { templates } from './templates.js'
import { theme } from './theme.js'
import * as views from './views.js'
import { type Words, wordsOf } from './words.js'

/** A whole HTML document, in the language of whoever looks at it. */
export function renderPage(page: Page, context: PageContext): string {
  const words = wordsOf[context.language]
  const view = viewOf(page, words, context)
  return templates.render('@layout', {
    ...view,
    template: page.page,
    title: titleOf(view, words),
    words,
    language: context.language,
    person: context.person,
    brand: theme.brand,
    logo: theme.logo,
    stylesheet: stylesheetPath,
    sections: sectionsOf(page, words, context),
  })
}

function viewOf(page: Page, words: Words, context: PageContext): views.View {
  switch (page.page) {
    case 'sign-in':
      return views.signInView(page, words, context)
    case 'sign-up':
      return views.signUpView(page, words)
    case 'account':
      return views.accountView(page, words, context)
    case 'transfer':
      return views.transferView(page, words, context)
    case 'sent':
      return views.sentView(page, words, context)
    case 'security':
      return views.securityView(page, words)
    case 'notes':
      return views.notesView(page, words)
    case 'inbox':
      return views.inboxView(page, words, context)
    case 'problem':
      return views.problemView(page, words)
  }
}

/** `[Error: ]{heading}: {main fact} - {brand}` */
function titleOf({ heading, failed, mainFact }: views.View, words: Words): string {
  const about = mainFact === undefined ? heading : `${heading}: ${mainFact}`
  return `${failed ? `${words.error}: ` : ''}${about} - ${theme.brand}`
}

function sectionsOf({ page }: Page, words: Words, { person, inbox }: PageContext) {
  const own = [
    { href: '/account', label: words.accounts, pages: ['account', 'notes'] },
    { href: '/transfers/new', label: words.transfer, pages: ['transfer', 'sent'] },
    { href: '/settings', label: words.securitySection, pages: ['security'] },
  ]
  const demo = [{ href: '/inbox', label: words.inbox, pages: ['inbox'] }]
  return [...(person === undefined ? [] : own), ...(inbox ? demo : [])].map(({ href, label, pages }) => ({
    href,
    label,
    current: pages.includes(page),
  }))
}
