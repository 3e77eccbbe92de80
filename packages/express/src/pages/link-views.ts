import type { PageOf } from './challenge-views.js'
import { dayAndTime } from './clock.js'
import { link } from './outcome-views.js'
import type { PageContext } from './page.js'
import { text } from './text.js'
import type { Block, Hidden, View } from './view.js'
import type { Words } from './words.js'

/** The stop link of a message, before it acts. */
export function notMeView(page: PageOf<'not-me'>, words: Words, context: PageContext): View {
  const at = dayAndTime(page.askedAt, context)
  const event = page.event && words.account.event(page.event, '')
  const asked = event === undefined ? words.askedFor(at, page.actionName, page.place) : text`${event}, ${at}.`
  const form = { action: `${context.base}/not-me`, hidden: tokenOf(page), button: words.stopIt }
  return {
    heading: words.wasThisNotYou,
    mood: 'warn',
    blocks: [
      { block: 'paragraph', text: asked },
      { block: 'paragraph', text: words.weStopIt(page.endsSessions) },
      { block: 'actions', controls: [{ control: 'form', form }, link(page.home, words.itWasMe)] },
    ],
  }
}

/** It was stopped in time, or taken back in time. */
export function stoppedView(page: PageOf<'stopped'>, words: Words): View {
  const what = page.whole ? words.allEnded : words.nothingCarriedOut
  return {
    heading: page.takenBack ? words.takenBack : words.stopped,
    mood: 'good',
    blocks: [
      { block: 'paragraph', text: page.takenBack ? words.addressesAsBefore : what },
      ...(page.codeEnded ? [{ block: 'paragraph', text: words.codeEnded } as const] : []),
      { block: 'actions', controls: [link(page.secure, words.secureMyAccount)] },
    ],
  }
}

/** It was confirmed before it could be stopped: only people can help now. */
export function notMeTooLateView(page: PageOf<'not-me-too-late'>, words: Words, context: PageContext): View {
  return {
    heading: words.alreadyConfirmed(dayAndTime(page.confirmedAt, context)),
    mood: 'danger',
    failed: true,
    blocks: whomToCall(words, context),
  }
}

/** The link that proves a contact, before it acts. */
export function proofView(page: PageOf<'proof'>, words: Words, { base }: PageContext): View {
  const form = { action: `${base}/proofs`, hidden: tokenOf(page), button: words.confirmThisAddress }
  return {
    heading: words.confirmAddress,
    mainFact: page.masked,
    blocks: [
      { block: 'facts', facts: [{ label: words.address, value: page.masked }] },
      { block: 'paragraph', text: words.codesWillGoThere },
      { block: 'actions', controls: [{ control: 'form', form }] },
    ],
  }
}

/** The contact is proved. */
export function provedView(page: PageOf<'proved'>, words: Words): View {
  return {
    heading: words.addressConfirmed,
    mood: 'good',
    mainFact: page.masked,
    blocks: [
      { block: 'facts', facts: [{ label: words.address, value: page.masked }] },
      { block: 'paragraph', text: words.codesGoThere },
      { block: 'actions', controls: [link(page.home, words.goOn)] },
    ],
  }
}

/** The link was followed before, or is too old. */
export function linkOverView(page: PageOf<'link-over'>, words: Words): View {
  return {
    heading: words.linkOver,
    mood: 'warn',
    blocks: [
      { block: 'paragraph', text: words.linksWorkOnce },
      { block: 'actions', controls: [link(page.home, words.goOn)] },
    ],
  }
}

function tokenOf({ token }: Readonly<{ token: string }>): readonly Hidden[] {
  return [{ name: 'token', value: token }]
}

function whomToCall(words: Words, { theme }: PageContext): readonly Block[] {
  if (theme.phone !== undefined) return [{ block: 'phone', text: words.callUsNow, phone: theme.phone }]
  const help = theme.helpUrl === undefined ? [] : [link(theme.helpUrl, words.help)]
  return [
    { block: 'paragraph', text: words.contactUsNow },
    ...(help.length > 0 ? [{ block: 'actions', controls: help } as const] : []),
  ]
}
