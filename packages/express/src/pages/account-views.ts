import type { CodeView } from '@countersign/core'
import type { PageOf } from './challenge-views.js'
import { calendarDay, dayAndTime } from './clock.js'
import { link } from './outcome-views.js'
import type { AccountNotice, ActivityEvent, PageContext } from './page.js'
import { type Piece, strong, type Text } from './text.js'
import type { Block, Control, EntryField, Hidden, PostForm, View } from './view.js'
import type { Words } from './words.js'

/** What is known of a person, and what he can do about it. */
export function accountView(page: PageOf<'account'>, words: Words, context: PageContext): View {
  return {
    heading: words.account.title,
    failed: page.notice !== undefined,
    blocks: [
      ...noticeOf(page.notice, words, context),
      ...contactsSection(page, words, context),
      ...codeSection(page.securityCode, words, context),
      ...activitySection(page.activity, words, context),
      { block: 'lesser', controls: [link(page.home, words.back)] },
    ],
  }
}

/** A new security code, this once. */
export function newCodeView(page: PageOf<'new-code'>, words: Words, context: PageContext): View {
  const { account } = words
  return {
    heading: account.yourCode,
    blocks: [
      { block: 'facts', facts: [{ label: account.code, value: page.code }] },
      paragraphOf(account.shownOnce(dayAndTime(page.until, context))),
      paragraphOf(account.keepIt),
      { block: 'actions', controls: [button('code/activate', account.done, context)] },
    ],
  }
}

function noticeOf(notice: AccountNotice | undefined, { account }: Words, context: PageContext): readonly Block[] {
  if (!notice) return []
  const said = notice.kind === 'locked' ? account.locked(dayAndTime(notice.until, context)) : account[notice.kind]
  return [{ block: 'notice', tone: 'danger', text: said }]
}

function contactsSection(
  { contacts, pending }: PageOf<'account'>,
  words: Words,
  context: PageContext,
): readonly Block[] {
  const { account } = words
  const none = contacts.length === 0 ? [paragraphOf(account.noContacts)] : []
  const each = contacts.flatMap(({ id, masked, proved, recoveryFrom }) => {
    const state = proved ? account.verified : account.notVerified
    const later = recoveryFrom ? ` ${account.servesRecovery(dayAndTime(recoveryFrom, context))}` : ''
    return [
      paragraphOf([strong(masked), ` ${state}${later}`]),
      changing(id, masked, account, context),
      ...(contacts.length > 1 ? [removing(id, masked, account, context)] : []),
    ]
  })
  const add = opening(account.addText, formTo('contacts', account.add, context), addressField('add', account))
  return [section(account.contacts), ...none, ...each, ...pendingOf(pending, words, context), add]
}

function changing(id: string, masked: string, account: Words['account'], context: PageContext): Block {
  const form = formTo('contacts/change', account.change, context, [{ name: 'contact', value: id }])
  const field = addressField(`change-${id}`, { emailAddress: account.newAddress })
  return opening(account.changeText(masked), form, field)
}

function removing(id: string, masked: string, { remove, removeText }: Words['account'], context: PageContext): Block {
  return opening(removeText(masked), formTo('contacts/remove', remove, context, [{ name: 'contact', value: id }]))
}

/** An address that waits for its proof: by the code of its message, or corrected. */
function pendingOf(pending: PageOf<'account'>['pending'], words: Words, context: PageContext): readonly Block[] {
  if (!pending) return []
  const { account } = words
  const form = formTo('contacts/prove', words.confirmThisAddress, context)
  return [
    paragraphOf(account.waits(pending.masked)),
    { block: 'entry', form, field: { id: 'proof-code', name: 'code', kind: 'digits', label: words.codeFromEmail } },
    opening(
      account.correctText,
      formTo('contacts/correct', account.correct, context),
      addressField('correct', account),
    ),
  ]
}

function addressField(id: string, { emailAddress }: Pick<Words['account'], 'emailAddress'>): EntryField {
  return { id: `address-${id}`, name: 'address', kind: 'address', label: emailAddress }
}

function codeSection(code: CodeView | undefined, words: Words, context: PageContext): readonly Block[] {
  if (!code) return []
  return [
    section(words.account.code),
    ...stateOf(code, words, context),
    ...waitingOf(code, words, context),
    ...firstOf(code, words, context),
    ...endOf(code, words, context),
  ]
}

function stateOf({ state, expiresAt }: CodeView, { account }: Words, context: PageContext): readonly Block[] {
  switch (state) {
    case 'none':
      return [paragraphOf(account.codeNone)]
    case 'issued':
      return []
    case 'active':
      return expiresAt ? [paragraphOf(account.codeActive(calendarDay(expiresAt, context)))] : []
    case 'expiring':
      return expiresAt ? [paragraphOf(account.codeEnds(daysUntil(expiresAt, context)))] : []
    case 'expired':
      return [paragraphOf(account.codeExpired)]
    case 'revoked':
      return [paragraphOf(account.codeRevoked)]
  }
}

/** A new code that waits: to be shown, to be said to be kept, or to be entered. */
function waitingOf({ waiting }: CodeView, { account }: Words, context: PageContext): readonly Block[] {
  if (!waiting) return []
  if (waiting.delivery === 'direct') return [paragraphOf(account.codeSent), codeEntry(account, context)]
  const shows = button('code/show', account.show, context)
  if (!waiting.shown) return [paragraphOf(account.codeReady), { block: 'actions', controls: [shows] }]
  return [
    paragraphOf(account.confirmKept),
    { block: 'actions', controls: [button('code/activate', account.done, context)] },
    codeEntry(account, context),
  ]
}

function codeEntry({ newCode, enterCode }: Words['account'], context: PageContext): Block {
  return {
    block: 'entry',
    form: formTo('code/activate', enterCode, context),
    field: { id: 'new-code', name: 'code', kind: 'code', label: newCode },
  }
}

/** The way to a code for whoever has none that could be replaced. */
function firstOf(code: CodeView, { account }: Words, context: PageContext): readonly Block[] {
  if (code.waiting || !isWithout(code)) return []
  const missing = code.missing.map((one) =>
    paragraphOf(one.what === 'contact' ? account.missingContacts(one.more) : account.missingIdentity),
  )
  if (missing.length > 0) return missing
  return [{ block: 'actions', controls: [button('code/issue', account.getCode, context)] }]
}

function isWithout({ state, replaceableUntil }: CodeView): boolean {
  return state === 'none' || state === 'revoked' || (state === 'expired' && replaceableUntil === undefined)
}

/** Replacing it and ending it. Each is opened first, so that no single press ends a code. */
function endOf(code: CodeView, { account }: Words, context: PageContext): readonly Block[] {
  const replace = !code.waiting && !isWithout(code)
  const revoke = code.waiting !== undefined || !isWithout(code)
  return [
    ...(replace ? [opening(account.replaceText, formTo('code/rotate', account.replace, context))] : []),
    ...(revoke ? [opening(account.revokeText, formTo('code/revoke', account.revoke, context))] : []),
  ]
}

function opening(text: Text, form: PostForm, field?: EntryField): Block {
  return { block: 'opening', text, form, ...(field && { field }) }
}

function activitySection(
  activity: readonly ActivityEvent[],
  { account }: Words,
  context: PageContext,
): readonly Block[] {
  const events = activity.flatMap((event) => {
    const said = account.event(event, event.actionName ?? '')
    const moment: Piece = { moment: dayAndTime(event.at, context) }
    return said === undefined ? [] : [[moment, ` ${said}`]]
  })
  if (events.length === 0) return [section(account.activity), paragraphOf(account.noActivity)]
  return [section(account.activity), { block: 'events', events }]
}

function daysUntil(at: Date, { now }: PageContext): number {
  return now ? Math.max(1, Math.ceil((at.getTime() - now.getTime()) / 86_400_000)) : 1
}

function section(title: string): Block {
  return { block: 'section', title }
}

function paragraphOf(text: Text): Block {
  return { block: 'paragraph', text }
}

function button(path: string, label: string, context: PageContext): Control {
  return { control: 'form', form: formTo(path, label, context) }
}

/** A form without any field would be sent without a body, and not be known as a form. */
function formTo(path: string, label: string, { base }: PageContext, more: readonly Hidden[] = []): PostForm {
  return { action: `${base}/account/${path}`, hidden: [{ name: 'page', value: 'account' }, ...more], button: label }
}
