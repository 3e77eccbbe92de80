import type { Language } from '@countersign/core'
import * as account from './account-views.js'
import { linkTo, ownPath } from './address.js'
import * as challenge from './challenge-views.js'
import * as links from './link-views.js'
import * as outcomes from './outcome-views.js'
import type { Page, PageContext } from './page.js'
import { templates } from './templates.js'
import { plain } from './text.js'
import type { Block, View } from './view.js'
import { type Words, wordsOf } from './words.js'

/** A whole HTML document for a page, in the person's language. It loads `stylesheet` and `pageScript` from `context.assets`. */
export function renderPage(page: Page, context: PageContext): string {
  const words = wordsOf[context.language]
  const view = leavable(viewOf(page, words, context), page, words, context)
  return templates.render('@layout', {
    ...frameOf(words, context),
    ...view,
    ...focusOf(view),
    title: titleOf(view, words, context),
  })
}

/** Where going back leads to the same question again, there is a way out of it; the pages of a code have theirs already. */
function leavable(view: View, { page }: Page, words: Words, { addresses }: PageContext): View {
  const action = addresses?.leave
  if (action === undefined || page === 'code' || page === 'own-code' || page === 'confirmed') return view
  const leave = { control: 'form', form: { action, hidden: [], button: words.cancel } } as const
  return { ...view, blocks: [...view.blocks, { block: 'lesser', controls: [leave] }] }
}

function viewOf(page: Page, words: Words, context: PageContext): View {
  switch (page.page) {
    case 'ask':
      return challenge.askView(page, words, context)
    case 'code':
      return challenge.codeView(page, words, context)
    case 'own-code':
      return challenge.ownCodeView(page, words, context)
    case 'expired':
      return outcomes.expiredView(page, words, context)
    case 'used-up':
      return outcomes.usedUpView(page, words)
    case 'wait':
      return outcomes.waitView(page, words, context)
    case 'locked':
      return outcomes.lockedView(page, words, context)
    case 'confirmed':
      return outcomes.confirmedView(page, words)
    case 'already-used':
      return outcomes.alreadyUsedView(page, words, context)
    case 'too-late':
      return outcomes.tooLateView(page, words)
    case 'ended':
      return outcomes.endedView(page, words)
    case 'cancelled':
      return outcomes.cancelledView(page, words)
    case 'denied':
      return outcomes.deniedView(page, words, context)
    case 'no-factor':
      return outcomes.noFactorView(page, words)
    case 'unavailable':
      return outcomes.unavailableView(page, words)
    case 'no-cookie':
      return outcomes.noCookieView(page, words)
    case 'malformed':
      return outcomes.malformedView(page, words)
    case 'too-many-requests':
      return outcomes.tooManyRequestsView(page, words, context)
    case 'not-signed-in':
      return outcomes.notSignedInView(page, words)
    case 'not-me':
      return links.notMeView(page, words, context)
    case 'stopped':
      return links.stoppedView(page, words)
    case 'not-me-too-late':
      return links.notMeTooLateView(page, words, context)
    case 'proof':
      return links.proofView(page, words, context)
    case 'proved':
      return links.provedView(page, words)
    case 'link-over':
      return links.linkOverView(page, words)
    case 'account':
      return account.accountView(page, words, context)
    case 'new-code':
      return account.newCodeView(page, words, context)
  }
}

/** `[Error: ]{heading}: {main fact} - {brand}` */
function titleOf({ heading, failed, mainFact }: View, words: Words, { theme }: PageContext): string {
  const about = mainFact === undefined ? plain(heading) : `${plain(heading)}: ${mainFact}`
  return `${failed ? `${words.error}: ` : ''}${about} - ${theme.brand}`
}

/** The field takes the focus, since the facts are in its description, or one with an error, or the summary of one; else the heading does. */
function focusOf({ blocks, summary }: View) {
  return { headingFocused: summary === undefined && !blocks.some(takesFocus) }
}

function takesFocus(block: Block): boolean {
  if (block.block === 'code-form') return true
  return (block.block === 'entry' || block.block === 'opening') && block.field?.error !== undefined
}

/** What stands around the page itself. */
function frameOf(words: Words, context: PageContext) {
  const { language, scheme, timeZoneKnown, theme, person, assets } = context
  return {
    language,
    scheme,
    zoneNamed: !timeZoneKnown,
    ...assets,
    brand: theme.brand,
    logo: theme.logo,
    person,
    links: footerLinks(words, context),
  }
}

type FooterLink = Readonly<{ href: string; label: string; language?: Language }>

function footerLinks(words: Words, { language, theme, otherLanguageUrl }: PageContext): readonly FooterLink[] {
  const other = language === 'en' ? 'de' : 'en'
  return [
    ...(theme.helpUrl === undefined ? [] : [{ href: linkTo(theme.helpUrl), label: words.help }]),
    ...(otherLanguageUrl === undefined
      ? []
      : [{ href: ownPath(otherLanguageUrl), label: wordsOf[other].language, language: other } as const]),
    ...(theme.privacyUrl === undefined ? [] : [{ href: linkTo(theme.privacyUrl), label: words.privacy }]),
  ]
}
