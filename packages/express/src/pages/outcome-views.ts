import { linkTo, ownPath } from './address.js'
import { factsOf, mainFactOf, openForm, type PageOf } from './challenge-views.js'
import { dayAndTime } from './clock.js'
import type { PageContext, Resumption } from './page.js'
import { paragraph, type Text } from './text.js'
import type { Block, Control, View } from './view.js'
import type { Words } from './words.js'

/** The code is too old; the ticket may open again. */
export function expiredView(page: PageOf<'expired'>, words: Words, context: PageContext): View {
  const form = openForm(page.ticket, words.sendNewCode, context)
  return outcome(page, {
    heading: words.expired,
    mood: 'danger',
    reason: words.detailsKept,
    controls: [{ control: 'form', form }],
  })
}

/** Too many tries with one code. */
export function usedUpView(page: PageOf<'used-up'>, words: Words): View {
  return outcome(page, {
    heading: words.usedUp,
    mood: 'danger',
    reason: words.nothingCarriedOut,
    controls: [link(page.startAgain, words.startAgain)],
  })
}

/** A message limit refused, and no challenge lives. */
export function waitView(page: PageOf<'wait'>, words: Words, context: PageContext): View {
  const form = openForm(page.ticket, words.tryAgain, context)
  return outcome(page, {
    heading: words.newCodePossible(dayAndTime(page.retryAt, context)),
    mood: 'warn',
    reason: paragraph(words.lookInSpam, words.nothingCarriedOut),
    controls: [{ control: 'form', form }],
  })
}

/** Too many wrong codes of this person: they pause. */
export function lockedView(page: PageOf<'locked'>, words: Words, context: PageContext): View {
  return outcome(page, {
    heading: words.codesPause(dayAndTime(page.retryAt, context)),
    mood: 'warn',
    reason: words.tooManyWrong,
    controls: [link(page.back, words.back)],
  })
}

/** The answer was right; the interrupted request is to be sent again. */
export function confirmedView(page: PageOf<'confirmed'>, words: Words): View {
  return outcome(page, {
    heading: words.confirmed,
    mood: 'good',
    reason: words.oneStepLeft,
    controls: [resumption(page.resume, page.action.act)],
  })
}

/** The elevation was spent before. */
export function alreadyUsedView(page: PageOf<'already-used'>, words: Words, context: PageContext): View {
  return outcome(page, {
    heading: words.alreadyConfirmed(dayAndTime(page.at, context)),
    mood: 'warn',
    reason: words.notTwice,
    controls: [link(page.see, words.seeIt)],
  })
}

/** The ticket or the challenge is too old to go on. */
export function tooLateView(page: PageOf<'too-late'>, words: Words): View {
  return outcome(page, {
    heading: words.tookTooLong,
    mood: 'warn',
    reason: words.nothingCarriedOut,
    controls: [link(page.startAgain, words.startAgain)],
  })
}

/** It was stopped from elsewhere. */
export function endedView(page: PageOf<'ended'>, words: Words): View {
  return outcome(page, {
    heading: words.wasStopped,
    mood: 'warn',
    reason: words.nothingCarriedOut,
    controls: [link(page.startAgain, words.startAgain)],
  })
}

/** The person cancelled. */
export function cancelledView(page: PageOf<'cancelled'>, words: Words): View {
  return outcome(page, {
    heading: words.cancelled,
    reason: words.nothingCarriedOut,
    controls: [link(page.back, words.back)],
  })
}

/** Policy or risk said no. */
export function deniedView(page: PageOf<'denied'>, words: Words, { theme }: PageContext): View {
  const help = theme.helpUrl === undefined ? [] : [link(theme.helpUrl, words.help)]
  return outcome(page, {
    heading: words.notPossible,
    mood: 'warn',
    reason: words.rulesStopped(page.reference),
    controls: [link(page.back, words.back), ...help],
  })
}

/** There is nowhere to send a code. */
export function noFactorView(page: PageOf<'no-factor'>, words: Words): View {
  return outcome(page, {
    heading: words.noFactor,
    mood: 'warn',
    reason: words.addAnAddress,
    controls: [link(page.back, words.back)],
  })
}

/** The store does not answer. */
export function unavailableView(page: PageOf<'unavailable'>, words: Words): View {
  return outcome(page, {
    heading: words.cannotCheck,
    mood: 'warn',
    reason: words.nothingCarriedOut,
    controls: [link(page.tryAgain, words.tryAgain)],
  })
}

/** The browser sent no cookie where one was set. */
export function noCookieView(page: PageOf<'no-cookie'>, words: Words): View {
  return outcome(page, {
    heading: words.allowCookies,
    mood: 'warn',
    reason: words.weNeedOne,
    controls: [link(page.tryAgain, words.tryAgain)],
  })
}

/** The ticket or the form is not one of ours. */
export function malformedView(page: PageOf<'malformed'>, words: Words): View {
  return outcome(page, {
    heading: words.malformed,
    mood: 'warn',
    reason: words.doesNotFit,
    controls: [link(page.back, words.back)],
  })
}

/** Too many requests from one address of the network. */
export function tooManyRequestsView(page: PageOf<'too-many-requests'>, words: Words, context: PageContext): View {
  return outcome(page, {
    heading: words.tooManyRequests,
    mood: 'warn',
    reason: words.tryAgainAt(dayAndTime(page.retryAt, context)),
    controls: [link(page.tryAgain, words.tryAgain)],
  })
}

/** The session is over, or there was none. */
export function notSignedInView(page: PageOf<'not-signed-in'>, words: Words): View {
  return outcome(page, {
    heading: words.notSignedIn,
    mood: 'warn',
    reason: words.signInAgain,
    controls: [link(page.home, words.goOn)],
  })
}

/** A link that leads on. */
export function link(href: string, label: string): Control {
  return { control: 'link', href: linkTo(href), label }
}

type Outcome = Pick<View, 'heading' | 'mood'> & Readonly<{ reason: Text; controls: readonly Control[] }>

/** Where it went, why, what it was about, and what to do: the order of every page that asks nothing. */
function outcome(page: { action?: PageOf<'confirmed'>['action'] }, { heading, mood, reason, controls }: Outcome): View {
  const blocks: readonly Block[] = [
    { block: 'paragraph', text: reason },
    ...factsOf(page.action),
    { block: 'actions', controls },
  ]
  return { heading, ...(mood && { mood }), failed: mood === 'danger', ...mainFactOf(page.action), blocks }
}

function resumption({ method, path, fields }: Resumption, act: string): Control {
  if (method === 'GET') return { control: 'link', href: ownPath(path), label: act, id: 'resume' }
  return { control: 'form', form: { action: ownPath(path), hidden: fields, button: act }, role: 'resume' }
}
