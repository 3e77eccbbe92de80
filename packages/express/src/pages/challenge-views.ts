import type { ActionInWords } from '@countersign/core'
import { addressesOf, type ChallengeVerb } from './addresses.js'
import { clockTime } from './clock.js'
import type { CodeError, OwnCodeError, Page, PageContext, Way } from './page.js'
import { paragraph, type Text } from './text.js'
import type { Block, Control, PostForm, View, Watch } from './view.js'
import type { Words } from './words.js'

/** The page of one kind. */
export type PageOf<Kind extends Page['page']> = Extract<Page, { page: Kind }>

/** Nothing was sent yet: the facts, and how to confirm them. */
export function askView(page: PageOf<'ask'>, words: Words, context: PageContext): View {
  return {
    heading: words.check(page.action.name),
    ...mainFactOf(page.action),
    blocks: [...factsOf(page.action), ...howToConfirm(page, words, context)],
  }
}

/** A code is on its way or here: the field for it. */
export function codeView(page: PageOf<'code'>, words: Words, context: PageContext): View {
  const undelivered = page.challenge.delivery === 'failed'
  return {
    heading: words.confirm(page.action.name),
    failed: undelivered || page.error !== undefined,
    ...mainFactOf(page.action),
    blocks: [
      ...(undelivered ? deliverAgain(page, words, context) : enterCode(page, words, context)),
      { block: 'foot', text: words.didYouNotAsk, control: stopControl(page, words, context) },
    ],
  }
}

/** The person's own code: nothing was sent, so nothing is waited for. */
export function ownCodeView(page: PageOf<'own-code'>, words: Words, context: PageContext): View {
  const { action, format, error } = page
  return {
    heading: words.confirm(action.name),
    failed: error !== undefined,
    ...mainFactOf(action),
    blocks: [
      ...factsOf(action),
      {
        block: 'code-form',
        form: challengeForm(page, 'answer', action.act, context),
        label: words.yourSecurityCode,
        hint: words.securityCodeHint(format),
        own: { hide: words.hide },
        ...(error && { error: ownErrorInWords(page, error, words, context) }),
      },
      {
        block: 'lesser',
        controls: [...otherWay(page, words, context), ...lostCode(words, context), cancelControl(page, words, context)],
      },
      { block: 'foot', text: words.didYouNotAsk, control: stopControl(page, words, context) },
    ],
  }
}

function ownErrorInWords(
  { format }: PageOf<'own-code'>,
  error: OwnCodeError,
  words: Words,
  context: PageContext,
): Text {
  if (error.kind === 'malformed') return words.malformedOwnCode(format)
  if (error.kind === 'wrong') return words.wrongOwnCode(error.attemptsLeft)
  return words.ownCodeExpired(clockTime(error.expiredAt, context))
}

/** The facts of an action as a block; none where the page does not know the action. */
export function factsOf(action: ActionInWords | undefined): readonly Block[] {
  return action && action.facts.length > 0 ? [{ block: 'facts', facts: action.facts }] : []
}

/** What the title names. */
export function mainFactOf(action: ActionInWords | undefined): Readonly<{ mainFact?: string }> {
  const [main] = action?.facts ?? []
  return main ? { mainFact: main.value } : {}
}

/** A form that asks for a challenge; the factor is the usual one unless it is named. */
export function openForm(ticket: string, button: string, context: PageContext, factor?: string): PostForm {
  const { open, hidden: carried } = addressesOf(context)
  const hidden = carried(ticket)
  return {
    action: open,
    hidden: factor === undefined ? hidden : [...hidden, { name: 'factor', value: factor }],
    button,
  }
}

function howToConfirm({ ticket, ways }: PageOf<'ask'>, words: Words, context: PageContext): readonly Block[] {
  const [only] = ways
  if (ways.length > 1) {
    return [
      { block: 'paragraph', text: words.codeNeeded },
      {
        block: 'ways',
        form: openForm(ticket, words.goOn, context),
        legend: words.howToConfirm,
        ways: ways.map((way) => ({ id: way.id, label: wayInWords(way, words) })),
      },
    ]
  }
  const isOwn = only?.kind === 'security-code'
  const destination = only?.destination
  const needed = destination === undefined ? words.codeNeeded : paragraph(words.codeNeeded, words.goesTo(destination))
  const form = openForm(ticket, isOwn ? words.typeYourCode : words.sendMeACode, context, only?.id)
  return [
    { block: 'paragraph', text: needed },
    { block: 'actions', controls: [{ control: 'form', form }] },
  ]
}

function wayInWords({ kind, destination = '' }: Way, words: Words): Text {
  return kind === 'security-code' ? words.mySecurityCode : words.emailTo(destination)
}

function enterCode(page: PageOf<'code'>, words: Words, context: PageContext): readonly Block[] {
  return [
    ...factsOf(page.action),
    ...noticeOf(page, words, context),
    deliveryOf(page, words, context),
    codeForm(page, words, context),
    { block: 'status', watch: watchOf(page, words, context) },
    lesserActions(page, words, context),
  ]
}

function deliverAgain(page: PageOf<'code'>, words: Words, context: PageContext): readonly Block[] {
  return [
    { block: 'notice', tone: 'danger', text: words.notDelivered(page.challenge.destination) },
    ...factsOf(page.action),
    {
      block: 'actions',
      controls: [resendControl(page, words.tryAgain, context), ...otherWay(page, words, context)],
    },
    { block: 'lesser', controls: [cancelControl(page, words, context)] },
  ]
}

function noticeOf({ notice, challenge }: PageOf<'code'>, words: Words, context: PageContext): readonly Block[] {
  if (notice === undefined) return []
  if (notice === 'resent') {
    return [{ block: 'notice', tone: 'good', text: words.resent(clockTime(challenge.sentAt, context)) }]
  }
  return [{ block: 'notice', tone: 'info', text: waitInWords(challenge.resendAt, words, context) }]
}

function waitInWords(resendAt: Date, words: Words, context: PageContext): Text {
  return paragraph([...words.newCodePossible(clockTime(resendAt, context)), '.'], words.lookInSpam)
}

function deliveryOf({ challenge }: PageOf<'code'>, words: Words, context: PageContext): Block {
  const sentAt = clockTime(challenge.sentAt, context)
  return {
    block: 'delivery',
    queued: challenge.delivery === 'queued',
    sending: words.sending(challenge.destination, sentAt),
    sent: words.sent(challenge.destination, sentAt),
    rest: words.worksUntil(clockTime(challenge.expiresAt, context)),
  }
}

function codeForm(page: PageOf<'code'>, words: Words, context: PageContext): Block {
  return {
    block: 'code-form',
    form: challengeForm(page, 'answer', page.action.act, context),
    label: words.codeFromEmail,
    hint: words.digits(page.digits),
    ...(page.error && { error: errorInWords(page.error, page.challenge.sentAt, words, context) }),
  }
}

function errorInWords(error: CodeError, sentAt: Date, words: Words, context: PageContext): Text {
  if (error.kind === 'malformed') return words.malformedCode(error.digits)
  const say = error.kind === 'wrong' ? words.wrongCode : words.earlierCode
  return say(clockTime(sentAt, context), error.attemptsLeft)
}

function watchOf({ challenge }: PageOf<'code'>, { status }: Words, context: PageContext): Watch {
  return {
    url: addressesOf(context).watch(challenge.id),
    expiresAt: clockTime(challenge.expiresAt, context),
    resendAt: clockTime(challenge.resendAt, context),
    say: {
      sent: status.sent,
      failed: status.notDelivered(challenge.destination),
      minuteLeft: status.minuteLeft,
      expired: status.expired,
      doneElsewhere: status.doneElsewhere,
      cancelled: status.cancelled,
    },
  }
}

function lesserActions(page: PageOf<'code'>, words: Words, context: PageContext): Block {
  const controls = [
    resendControl(page, words.sendNewCode, context),
    ...otherWay(page, words, context),
    cancelControl(page, words, context),
  ]
  // A notice that already says so needs no hint beside the button.
  if (page.notice === 'wait') return { block: 'lesser', controls }
  return { block: 'lesser', controls, resendHint: waitInWords(page.challenge.resendAt, words, context) }
}

function resendControl(page: PageOf<'code'>, label: string, context: PageContext): Control {
  return { control: 'form', form: challengeForm(page, 'resend', label, context), role: 'resend' }
}

/** A page that asks for a code of some kind. */
type AskingPage = PageOf<'code'> | PageOf<'own-code'>

function otherWay({ otherWays, ticket }: AskingPage, words: Words, context: PageContext): readonly Control[] {
  if (!otherWays) return []
  return [{ control: 'link', href: addressesOf(context).otherWay(ticket), label: words.useAnotherWay }]
}

/** A lost code is revoked and got anew where it is looked after; a sign-in has no such page. */
function lostCode(words: Words, { addresses, base }: PageContext): readonly Control[] {
  return addresses ? [] : [{ control: 'link', href: `${base}/account`, label: words.lostCode }]
}

function cancelControl(page: AskingPage, words: Words, context: PageContext): Control {
  return { control: 'form', form: challengeForm(page, 'cancel', words.cancel, context) }
}

function stopControl({ challenge }: AskingPage, words: Words, context: PageContext): Control {
  const action = addressesOf(context).form(challenge.id, 'not-me')
  return { control: 'form', form: { action, hidden: [], button: words.stopAndSecure } }
}

function challengeForm(page: AskingPage, verb: ChallengeVerb, button: string, context: PageContext): PostForm {
  const { form, hidden } = addressesOf(context)
  return { action: form(page.challenge.id, verb), hidden: hidden(page.ticket), button }
}
