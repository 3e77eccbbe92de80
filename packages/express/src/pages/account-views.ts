import type { CodeView } from '@countersign/core'
import { noticeInWords } from './account-notice.js'
import type { PageOf } from './challenge-views.js'
import { calendarDay, dayAndTime } from './clock.js'
import { link } from './outcome-views.js'
import type { AccountFormRef, ActivityEvent, PageContext } from './page.js'
import { type Piece, paragraph, strong, type Text } from './text.js'
import type { Block, Control, EntryField, Hidden, PostForm, View } from './view.js'
import type { Words } from './words.js'

type AccountPage = PageOf<'account'>

/** What is known of a person, and what he can do about it. What went wrong stands at its field, else above everything. */
export function accountView(page: AccountPage, words: Words, context: PageContext): View {
  const blocks: readonly Block[] = [
    ...contactsSection(page, words, context),
    ...codeSection(page, words, context),
    ...activitySection(page.activity, words, context),
    { block: 'lesser', controls: [link(page.home, words.back)] },
  ]
  const notice = noticeInWords(page, words, context)
  const summary = notice && !blocks.some(hasError) ? { summary: notice } : {}
  return { heading: words.account.title, failed: notice !== undefined, ...summary, blocks }
}

function hasError(block: Block): boolean {
  return (block.block === 'entry' || block.block === 'opening') && block.field?.error !== undefined
}

/** A new security code, this once. */
export function newCodeView(page: PageOf<'new-code'>, words: Words, context: PageContext): View {
  const { account } = words
  return {
    heading: account.yourCode,
    onceThen: `${context.base}/account`,
    blocks: [
      { block: 'shown-code', label: account.code, code: page.code },
      paragraphOf(account.shownOnce(dayAndTime(page.until, context))),
      paragraphOf(account.keepIt),
      { block: 'actions', controls: [button('code/activate', account.done, context)] },
    ],
  }
}

function contactsSection(page: AccountPage, words: Words, context: PageContext): readonly Block[] {
  const { account } = words
  const { contacts } = page
  const none = contacts.length === 0 ? [paragraphOf(account.noContacts)] : []
  const each = contacts.flatMap((contact) => contactBlocks(page, contact, words, context))
  return [
    section(account.contacts),
    ...none,
    ...each,
    ...pendingOf(page, words, context),
    ...(page.pending ? [] : correcting(page, words, context)),
    ...addingOf(page, words, context),
  ]
}

type ListedContact = AccountPage['contacts'][number]

/** An address that nobody has proved is proved before anything else is done with it. */
function contactBlocks(
  page: AccountPage,
  contact: ListedContact,
  words: Words,
  context: PageContext,
): readonly Block[] {
  const { account } = words
  const { id, masked, proved, recoveryFrom } = contact
  const state = proved ? account.verified : account.notVerified
  const later = recoveryFrom ? ` ${account.servesRecovery(dayAndTime(recoveryFrom, context))}` : ''
  const stands: Block = { block: 'paragraph', text: [strong(masked), ` ${state}${later}`], id: aboutOf(id) }
  const ways = proved ? [changing(page, contact, words, context)] : verifying(page, contact, words, context)
  return [stands, ...ways, ...removing(page, contact, words, context)]
}

/** Where an address is said: two buttons that say the same differ by what they are about. */
function aboutOf(contact: string): string {
  return `contact-${contact}`
}

function verifying(
  { pending }: AccountPage,
  { id, masked }: ListedContact,
  words: Words,
  context: PageContext,
): readonly Block[] {
  const { account } = words
  const form = (label: string) => formTo('contacts/verify', label, context, [{ name: 'contact', value: id }])
  if (pending?.masked === masked && pending.replaces === undefined) return []
  return [
    paragraphOf(account.verifyText(masked)),
    { block: 'actions', controls: [{ control: 'form', form: form(account.verify) }] },
  ]
}

function changing(page: AccountPage, { id, masked }: ListedContact, words: Words, context: PageContext): Block {
  const { account } = words
  const form = formTo('contacts/change', account.change, context, [{ name: 'contact', value: id }])
  const field = addressField(page, { form: 'change', contact: id }, account.newAddress, words, context)
  return { ...opening(account.changeText(masked), form, field), about: aboutOf(id) }
}

/** The last address that is proved stays. One that is not proved is told of nothing, its removal neither. */
function removing(
  { contacts }: AccountPage,
  contact: ListedContact,
  { account }: Words,
  context: PageContext,
): readonly Block[] {
  if (!contacts.some((other) => other !== contact && other.proved)) return []
  const { id, masked, proved } = contact
  const form = formTo('contacts/remove', account.remove, context, [{ name: 'contact', value: id }])
  const text = proved ? account.removeText(masked) : account.removeUnprovedText(masked)
  return [{ ...opening(text, form), about: aboutOf(id) }]
}

/** Nobody settles in beside an address that is not proved. */
function addingOf(page: AccountPage, words: Words, context: PageContext): readonly Block[] {
  const { account } = words
  if (page.contacts.length > 0 && !page.contacts.some(({ proved }) => proved)) return []
  const field = addressField(page, { form: 'add' }, account.emailAddress, words, context)
  return [opening(account.addText, formTo('contacts', account.add, context), field)]
}

/** An address that waits for its proof: by the code of its message while that works, sent again, corrected, or given up. */
function pendingOf(page: AccountPage, words: Words, context: PageContext): readonly Block[] {
  const { pending } = page
  if (!pending) return []
  const { account } = words
  const sendAgain = button('contacts/resend', account.sendAgain, context)
  const giveUp = button('contacts/withdraw', account.giveUp, context)
  const ways: readonly Block[] = pending.codeOver
    ? [
        paragraphOf(account.waitsForLink(pending.masked)),
        { block: 'actions', controls: [sendAgain] },
        { block: 'lesser', controls: [giveUp] },
      ]
    : [
        paragraphOf(account.waits(pending.masked)),
        proofEntry(page, words, context),
        { block: 'lesser', controls: [sendAgain, giveUp] },
      ]
  return [...ways, ...correcting(page, words, context)]
}

function proofEntry(page: AccountPage, words: Words, context: PageContext): Block {
  return {
    block: 'entry',
    form: formTo('contacts/prove', words.confirmThisAddress, context),
    field: {
      id: 'proof-code',
      name: 'code',
      kind: 'digits',
      label: words.codeFromEmail,
      hint: words.digits(page.digits),
      ...errorAt(page, { form: 'prove' }, words, context),
    },
  }
}

/** The address that waits, or the only one there is, mistyped. Once one is proved, another one comes by a change only. */
function correcting(page: AccountPage, words: Words, context: PageContext): readonly Block[] {
  const { contacts, pending } = page
  if (contacts.some(({ proved }) => proved) || (!pending && contacts.length !== 1)) return []
  const { account } = words
  const field = addressField(page, { form: 'correct' }, account.emailAddress, words, context)
  return [opening(account.correctText, formTo('contacts/correct', account.correct, context), field)]
}

/** The field of an address, with what was typed into it and what was wrong with that. */
function addressField(
  page: AccountPage,
  at: AccountFormRef,
  label: string,
  words: Words,
  context: PageContext,
): EntryField {
  const { draft } = page
  const typed = draft && isSame(draft, at) ? { value: draft.address } : {}
  const id = ['address', at.form, ...(at.contact === undefined ? [] : [at.contact])].join('-')
  return { id, name: 'address', kind: 'address', label, ...typed, ...errorAt(page, at, words, context) }
}

function errorAt(
  page: AccountPage,
  at: AccountFormRef,
  words: Words,
  context: PageContext,
): Readonly<{ error?: Text }> {
  const error = page.notice?.at && isSame(page.notice.at, at) ? noticeInWords(page, words, context) : undefined
  return error ? { error } : {}
}

function isSame(one: AccountFormRef, other: AccountFormRef): boolean {
  return one.form === other.form && one.contact === other.contact
}

function codeSection(page: AccountPage, words: Words, context: PageContext): readonly Block[] {
  const code = page.securityCode
  if (!code) return []
  return [
    section(words.account.code),
    ...stateOf(code, words, context),
    ...waitingOf(page, code, words, context),
    ...firstOf(code, words, context),
    ...endOf(code, words, context),
  ]
}

function stateOf(
  { state, expiresAt, replaceableUntil }: CodeView,
  { account }: Words,
  context: PageContext,
): readonly Block[] {
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
      return [
        paragraphOf(
          replaceableUntil
            ? paragraph(account.codeExpired, account.replaceableUntil(calendarDay(replaceableUntil, context)))
            : account.codeExpired,
        ),
      ]
    case 'revoked':
      return [paragraphOf(account.codeRevoked)]
  }
}

/** A new code that waits: to be shown, to be said to be kept, or to be entered. */
function waitingOf(page: AccountPage, code: CodeView, words: Words, context: PageContext): readonly Block[] {
  const { waiting } = code
  if (!waiting) return []
  const { account } = words
  if (waiting.elsewhere) return elsewhere(code, waiting.until, account, context)
  const form = formTo('code/activate', account.enterCode, context)
  const field = newCodeField(page, words, context)
  if (waiting.delivery === 'direct') return [paragraphOf(account.codeSent), { block: 'entry', form, field }]
  if (!waiting.from) return [paragraphOf(account.readyWhenAsked)]
  if (!isOpen(waiting, context)) return [paragraphOf(account.readyFrom(dayAndTime(waiting.from, context)))]
  const shows = (label: string) => button('code/show', label, context)
  if (!waiting.shown) return [paragraphOf(account.codeReady), { block: 'actions', controls: [shows(account.show)] }]
  return [
    paragraphOf(account.confirmKept),
    { block: 'actions', controls: [button('code/activate', account.done, context)] },
    { block: 'lesser', controls: [shows(account.showAnother)] },
    opening(account.enterInstead, form, field),
  ]
}

/** It is shown and entered where the code before it was typed for it. Here it can be asked for while that one works. */
function elsewhere(
  { state }: CodeView,
  until: Date,
  account: Words['account'],
  context: PageContext,
): readonly Block[] {
  const here = state === 'expired' ? account.afterElsewhere : account.insteadOfElsewhere
  const there = account.waitsElsewhere(dayAndTime(until, context))
  return [paragraphOf(paragraph(there, here)), paragraphOf(account.notMeElsewhere)]
}

function newCodeField(page: AccountPage, words: Words, context: PageContext): EntryField {
  const hint = page.format && { hint: words.securityCodeHint(page.format) }
  const label = words.account.newCode
  return {
    id: 'new-code',
    name: 'code',
    kind: 'code',
    label,
    own: { hide: words.hide },
    ...hint,
    ...errorAt(page, { form: 'activate' }, words, context),
  }
}

/** The way to a code for whoever has none that could be replaced. */
function firstOf(code: CodeView, { account }: Words, context: PageContext): readonly Block[] {
  if (code.waiting || !isWithout(code)) return []
  const missing = code.missing.map((one) =>
    paragraphOf(one.what === 'contact' ? account.missingContacts(one.more) : account.missingIdentity),
  )
  if (missing.length > 0) return missing
  const get: Block = { block: 'actions', controls: [button('code/issue', account.getCode, context)] }
  return code.state === 'none' ? [get] : [paragraphOf(account.waitsADay), get]
}

function isWithout({ state, replaceableUntil }: CodeView): boolean {
  return state === 'none' || state === 'revoked' || (state === 'expired' && replaceableUntil === undefined)
}

/** Replacing it and ending it. Each is opened first, so that no single press ends a code. */
function endOf(code: CodeView, { account }: Words, context: PageContext): readonly Block[] {
  const revoke = code.waiting !== undefined || !isWithout(code)
  return [
    ...replacing(code, account, context),
    ...(revoke
      ? [
          {
            ...opening(account.revokeText, formTo('code/revoke', account.revoke, context)),
            keep: keeping(account, context),
          },
        ]
      : []),
  ]
}

function keeping({ keepCode }: Words['account'], { base }: PageContext): Control {
  return link(`${base}/account`, keepCode)
}

/**
 * With the code that works at once; without it, or once it has ended, after a day. What waits in another session goes on
 * there, whoever asks without that code.
 */
function replacing(code: CodeView, account: Words['account'], context: PageContext): readonly Block[] {
  const { waiting, state } = code
  if (isWithout(code) || (waiting && isOpen(waiting, context))) return []
  const lost = (text: Text, label: string) =>
    waiting?.elsewhere ? [] : [opening(text, formTo('code/lost', label, context))]
  if (state === 'issued') return []
  if (state === 'expired') return lost(account.endedText, account.replace)
  return [
    opening(account.replaceText, formTo('code/rotate', account.replace, context)),
    ...(waiting?.from ? [] : lost(account.lostText, account.lost)),
  ]
}

function isOpen({ from }: NonNullable<CodeView['waiting']>, { now }: PageContext): boolean {
  return from !== undefined && (now === undefined || from <= now)
}

function opening(text: Text, form: PostForm, field?: EntryField): Extract<Block, { block: 'opening' }> {
  return { block: 'opening', text, form, ...(field && { field }) }
}

function activitySection(
  activity: readonly ActivityEvent[],
  { account }: Words,
  context: PageContext,
): readonly Block[] {
  const events = activity.flatMap((event) => {
    const said = account.event(event, event.actionName ?? '')
    if (said === undefined) return []
    const form = event.id === undefined ? undefined : notMeForm(event.id, account.notMe, context)
    return [{ text: [said], when: whenAndWhere(event, account, context), ...(form && { form }) }]
  })
  if (events.length === 0) return [section(account.activity), paragraphOf(account.noActivity)]
  return [section(account.activity), { block: 'events', events }]
}

function notMeForm(event: string, label: string, context: PageContext): PostForm {
  return formTo('not-me', label, context, [{ name: 'event', value: event }])
}

function whenAndWhere({ at, origin }: ActivityEvent, account: Words['account'], context: PageContext): Text {
  const moment: Piece = { moment: dayAndTime(at, context) }
  const where = origin === undefined ? '' : account.origin(origin)
  return where === '' ? [moment] : [moment, `, ${where}`]
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
