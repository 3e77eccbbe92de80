import { answer, base, confirm, openChallenge } from './confirming.js'
import { StepFailed } from './narrator.js'
import { type Customer, transfer } from './stations.js'
import { codeIn, type TourGuide, textAt } from './tour-guide.js'
import type { Answer } from './visitor.js'

const account = `${base}/account`

/** What is missing for a security code is said; the address is proved by the code of its message. */
export async function proveAddress(guide: TourGuide, { visitor, email }: Customer): Promise<void> {
  guide.step(
    'A security code of her own needs a proved address first: nobody is turned away, and what is missing is said',
  )
  await guide.ask(visitor, 'POST', `${account}/code/issue`, { json: {} }, { status: 422, problem: 'proofs-missing' })

  guide.step('The address of the sign-up is proved by the code of its message')
  const known = await guide.ask(visitor, 'GET', account, {}, { status: 200 })
  const contact = textAt(known, 'contacts.0.id')
  await guide.ask(visitor, 'POST', `${account}/contacts/verify`, { json: { contact } }, { status: 202 })
  const code = codeIn(await guide.mailTo(email, 0))
  const typed = { json: { code }, told: { code: '[the code of the mail]' } }
  await guide.ask(visitor, 'POST', `${account}/contacts/prove`, typed, { status: 200 })
}

/** The code is made ready, and shown once after a code by mail; it works when its person says that she keeps it. */
export async function pickUpCode(guide: TourGuide, customer: Customer): Promise<string> {
  guide.step('A security code is made ready')
  const issued = await guide.ask(customer.visitor, 'POST', `${account}/code/issue`, { json: {} }, { status: 201 })
  guide.holds('it waits to be picked up', textAt(issued, 'securityCode.state') === 'issued')

  guide.step('It is shown once, after a code by mail, and works when its person says that she keeps it')
  const code = await show(guide, customer)
  await done(guide, customer, 'active')
  return code
}

/** A transfer that the security code confirms: no message leaves, and typing is forgiving. */
export async function transferByOwnCode(guide: TourGuide, customer: Customer, code: string): Promise<void> {
  guide.step('A transfer is confirmed with the security code: no message leaves for it')
  const { visitor, email } = customer
  const before = await guide.mailsTo(email)
  const asked = await askForTransfer(guide, customer)
  guide.holds('the security code comes first, the e-mail is another way', waysOf(asked) === 'security-code, email-code')
  const challenge = await openChallenge(guide, visitor, asked)
  const wrong = { challenge, code: '00000-00000', called: 'another code' } as const
  await answer(guide, visitor, wrong, { status: 422, problem: 'wrong-code' })
  const typed = { challenge, code: code.replace('-', ' ').toLowerCase(), called: 'the security code' } as const
  const passed = await answer(guide, visitor, typed, { status: 200 })
  const headers = { 'countersign-elevation': textAt(passed, 'elevation.token') }
  await guide.ask(visitor, 'POST', '/transfers', { json: transfer, headers }, { status: 201 })
  guide.holds('nothing was sent', (await guide.mailsTo(email)) === before)
}

/** The old code works until the new one does, and then no more. */
export async function replaceCode(guide: TourGuide, customer: Customer, old: string): Promise<void> {
  guide.step('The code is replaced, with the old one: that works until the new one does')
  const { visitor } = customer
  const rotating = { json: {} }
  const expected = { status: 403, problem: 'step-up-required' }
  const asked = await guide.ask(visitor, 'POST', `${account}/code/rotate`, rotating, expected)
  guide.holds('only the security code will do', waysOf(asked) === 'security-code')
  const showing = {
    challenge: await openChallenge(guide, visitor, asked),
    code: old,
    called: 'the security code',
  } as const
  const passed = await answer(guide, visitor, showing, { status: 200 })
  const headers = { 'countersign-elevation': textAt(passed, 'elevation.token') }
  const ready = await guide.ask(visitor, 'POST', `${account}/code/rotate`, { ...rotating, headers }, { status: 201 })
  guide.holds('the old one is active', textAt(ready, 'securityCode.state') === 'active')
  await show(guide, customer)
  await done(guide, customer, 'active')
  const challenge = await openChallenge(guide, visitor, await askForTransfer(guide, customer))
  const typed = { challenge, code: old, called: 'another code' } as const
  await answer(guide, visitor, typed, { status: 422, problem: 'wrong-code' })
}

/** What happened is there to be read, and each of it can be objected to. */
export async function readActivity(guide: TourGuide, { visitor }: Customer): Promise<void> {
  guide.step('The account tells what happened, the newest first, each with its [Not me]')
  const { json } = await guide.ask(visitor, 'GET', account, {}, { status: 200 })
  const types = Array.isArray(json.activity) ? json.activity.map(({ type }) => type) : []
  guide.holds(
    'the new code, the transfer and the sign-up are in it',
    wanted.every((type) => types.includes(type)),
  )
}

const wanted: readonly string[] = ['code.activated', 'code.shown', 'elevation.granted', 'contact.added']

/** A loss is reported without any code; from then on the e-mail alone confirms, and the next code takes a day. */
export async function revokeCode(guide: TourGuide, customer: Customer): Promise<void> {
  guide.step('A lost code is revoked at once and everywhere, without any code')
  const { visitor } = customer
  const revoked = await guide.ask(visitor, 'POST', `${account}/code/revoke`, { json: {} }, { status: 200 })
  guide.holds('it is revoked', textAt(revoked, 'securityCode.state') === 'revoked')
  const asked = await askForTransfer(guide, customer)
  guide.holds('a transfer asks for a code by e-mail again', waysOf(asked) === 'email-code')

  guide.step('The next one is picked up after a day: whoever holds the session and the mailbox has no code of hers')
  await guide.ask(visitor, 'POST', `${account}/code/issue`, { json: {} }, { status: 201 })
  const early = { status: 409, problem: 'security-code-not-ready' }
  await guide.ask(visitor, 'POST', `${account}/code/show`, { json: {} }, early)
}

async function show(guide: TourGuide, { visitor, email }: Customer): Promise<string> {
  const showing = { json: {} }
  const expected = { status: 403, problem: 'step-up-required' }
  const asked = await guide.ask(visitor, 'POST', `${account}/code/show`, showing, expected)
  const headers = await confirm(guide, visitor, asked, email)
  const shown = await guide.ask(visitor, 'POST', `${account}/code/show`, { json: {}, headers }, { status: 200 })
  return textAt(shown, 'code')
}

async function done(guide: TourGuide, { visitor }: Customer, state: string): Promise<void> {
  const told = await guide.ask(visitor, 'POST', `${account}/code/activate`, { json: {} }, { status: 200 })
  guide.holds(`the new code is ${state}`, textAt(told, 'securityCode.state') === state)
}

function askForTransfer(guide: TourGuide, { visitor }: Customer): Promise<Answer> {
  const expected = { status: 403, problem: 'step-up-required' }
  return guide.ask(visitor, 'POST', '/transfers', { json: transfer }, expected)
}

function waysOf({ json }: Answer): string {
  if (!Array.isArray(json.factors)) throw new StepFailed('The answer names no factors.')
  return json.factors.map(({ kind }) => String(kind)).join(', ')
}
