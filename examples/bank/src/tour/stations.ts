import { setTimeout as pause } from 'node:timers/promises'
import { answer, base, confirm, openChallenge } from './confirming.js'
import { codeIn, otherThan, type TourGuide, textAt } from './tour-guide.js'
import type { Visitor } from './visitor.js'

/** A customer on the tour. */
export type Customer = Readonly<{ visitor: Visitor; name: string; email: string; password: string }>

export const transfer = { amount: '250.00', currency: 'EUR', payee: 'CH9300762011623852957', name: 'Rhein Bakery' }

/** Opens an account and signs in. */
export async function openAccount(guide: TourGuide, { visitor, name, email, password }: Customer): Promise<void> {
  guide.step(`${name} opens an account and signs in`)
  await guide.ask(visitor, 'POST', '/sign-up', { json: { name, email, password } }, { status: 201 })
  await guide.ask(visitor, 'POST', '/sign-in', { json: { email, password } }, { status: 200 })
  const account = await guide.ask(visitor, 'GET', '/account', {}, { status: 200 })
  guide.holds('1000.00 EUR are there', account.json.balance === '1000.00')
}

/** From the wish for a transfer to the transfer, and not a second time. */
export async function transferOnce(guide: TourGuide, customer: Customer): Promise<void> {
  const { visitor, email } = customer
  guide.step('A transfer is asked for: the bank wants a code first')
  const asked = await guide.ask(
    visitor,
    'POST',
    '/transfers',
    { json: transfer },
    { status: 403, problem: 'step-up-required' },
  )

  guide.step('With the ticket a challenge is opened, and the code arrives by mail')
  const challenge = await openChallenge(guide, visitor, asked)
  const mail = await guide.mailTo(email, 0)
  const code = codeIn(mail)
  guide.holds('the subject does not hold the code', !mail.subject.includes(code))

  guide.step('A wrong code costs one of five tries')
  const wrong = await answer(
    guide,
    visitor,
    { challenge, code: otherThan(code), called: 'another code' },
    { status: 422, problem: 'wrong-code' },
  )
  guide.holds('tries left: 4', wrong.json.attemptsLeft === 4)

  guide.step('The right code gives an elevation for this one transfer')
  const passed = await answer(guide, visitor, { challenge, code, called: 'the code of the mail' }, { status: 200 })
  const headers = { 'countersign-elevation': textAt(passed, 'elevation.token') }

  guide.step('With it, another amount is not possible')
  const other = { ...transfer, amount: '999.00' }
  await guide.ask(visitor, 'POST', '/transfers', { json: other, headers }, { status: 403, problem: 'step-up-required' })

  guide.step('The transfer itself is carried out')
  const done = await guide.ask(visitor, 'POST', '/transfers', { json: transfer, headers }, { status: 201 })

  guide.step('Sent once more, it is refused, and the account shows that it was carried out once')
  const again = await guide.ask(
    visitor,
    'POST',
    '/transfers',
    { json: transfer, headers },
    { status: 403, problem: 'step-up-already-used' },
  )
  guide.holds(
    'the refusal names the confirmation of the transfer',
    again.json.id === textAt(done, 'transfer.confirmation'),
  )
  const account = await guide.ask(visitor, 'GET', '/account', {}, { status: 200 })
  guide.holds('250.00 EUR have left the account, once', account.json.balance === '750.00')
}

/** Five wrong codes for one challenge; when its message was sent, so that the next one can wait. */
export async function useUpChallenge(guide: TourGuide, { visitor, name, email }: Customer): Promise<void> {
  guide.step(`Somebody guesses in the session of ${name}: five wrong codes use a challenge up`)
  const asked = await guide.ask(
    visitor,
    'POST',
    '/transfers',
    { json: transfer },
    { status: 403, problem: 'step-up-required' },
  )
  const challenge = await openChallenge(guide, visitor, asked)
  const code = codeIn(await guide.mailTo(email, 0))
  await guessFiveTimes(guide, visitor, challenge, code)
  const late = await answer(
    guide,
    visitor,
    { challenge, code, called: 'the code of the mail' },
    { status: 410, problem: 'challenge-closed' },
  )
  guide.holds('even the right code is worth nothing now', late.json.why === 'used-up')
}

/** Five more wrong codes, for a second challenge: ten in an hour lock. */
export async function lockCodes(guide: TourGuide, { visitor, email }: Customer): Promise<void> {
  guide.step('A second challenge has to wait for 30 s after the first message')
  const asked = await guide.ask(
    visitor,
    'POST',
    '/transfers',
    { json: transfer },
    { status: 403, problem: 'step-up-required' },
  )
  const before = await guide.mailsTo(email)
  await waitForNextMessage(guide, visitor, textAt(asked, 'ticket'))
  const challenge = await openChallenge(guide, visitor, asked)
  const code = codeIn(await guide.mailTo(email, before))

  guide.step('Ten wrong codes in an hour: codes pause, for every session of this person')
  await guessFiveTimes(guide, visitor, challenge, code)
  await answer(
    guide,
    visitor,
    { challenge, code, called: 'the code of the mail' },
    { status: 423, problem: 'step-up-locked' },
  )
  await guide.ask(visitor, 'POST', '/transfers', { json: transfer }, { status: 403, problem: 'step-up-locked' })
  const account = await guide.ask(visitor, 'GET', '/account', {}, { status: 200 })
  guide.holds('no money has moved, and the account still answers', account.json.balance === '1000.00')
}

/** A window: one code, and then five minutes without. */
export async function openNotes(guide: TourGuide, { visitor, email }: Customer): Promise<void> {
  guide.step('Private notes open for five minutes after one code')
  const asked = await guide.ask(visitor, 'GET', '/notes', {}, { status: 403, problem: 'step-up-required' })
  await confirm(guide, visitor, asked, email)
  await guide.ask(visitor, 'GET', '/notes', {}, { status: 200 })
  await guide.ask(visitor, 'PUT', '/notes', { json: { text: 'Stadtwerke Lindenhof: 96.00 a month' } }, { status: 200 })
  const notes = await guide.ask(visitor, 'GET', '/notes', {}, { status: 200 })
  guide.holds(
    'the notes are kept, and no second code was needed',
    notes.json.text === 'Stadtwerke Lindenhof: 96.00 a month',
  )
}

/** The address changes when the new one is proved, and not before. */
export async function changeAddress(guide: TourGuide, customer: Customer, newEmail: string): Promise<void> {
  const { visitor, email, password } = customer
  guide.step('A change of the address needs a code to the old one')
  const change = { email: newEmail }
  const asked = await guide.ask(
    visitor,
    'POST',
    '/settings/email',
    { json: change },
    { status: 403, problem: 'step-up-required' },
  )
  const headers = await confirm(guide, visitor, asked, email)
  await guide.ask(visitor, 'POST', '/settings/email', { json: change, headers }, { status: 202 })

  guide.step('The new address gets a link; nothing changes before its form is sent')
  const mail = await guide.mailTo(newEmail, 0)
  const link = new URL(proofLinkIn(mail.text))
  const path = link.pathname + link.search
  const page = await guide.ask(visitor, 'GET', path, { headers: { accept: 'text/html' } }, { status: 200 })
  const stillOld = await guide.ask(visitor, 'GET', '/account', {}, { status: 200 })
  guide.holds('looking at the page changed nothing', stillOld.json.email === email)
  const form = formIn(page.text)
  await guide.ask(visitor, 'POST', form.action, { form: form.body }, { status: 303 })

  guide.step('From then on the new address signs in')
  await signInWhenArrived(guide, visitor, { email: newEmail, password })
  await guide.ask(
    visitor,
    'POST',
    '/sign-in',
    { json: { email, password } },
    { status: 401, problem: 'wrong-credentials' },
  )
}

async function guessFiveTimes(guide: TourGuide, visitor: Visitor, challenge: string, code: string): Promise<void> {
  for (const guess of [1, 2, 3, 4, 5]) {
    const wrong = await answer(
      guide,
      visitor,
      { challenge, code: otherThan(code, guess), called: 'another code' },
      {
        status: 422,
        problem: 'wrong-code',
      },
    )
    guide.holds(`tries left: ${5 - guess}`, wrong.json.attemptsLeft === 5 - guess)
  }
}

async function waitForNextMessage(guide: TourGuide, visitor: Visitor, ticket: string): Promise<void> {
  const refused = await visitor.send('POST', `${base}/challenges`, { json: { ticket } })
  if (refused.status !== 429) return
  const seconds = Number(refused.headers.get('retry-after'))
  guide.says(`< 429 too-many-messages, Retry-After: ${seconds}. The tour waits so long.`)
  await pause(seconds * 1000 + 200)
}

const arrivalMilliseconds = 5000

/** The bank's table of people follows a proof a moment later, through the outbox. */
async function signInWhenArrived(
  guide: TourGuide,
  visitor: Visitor,
  json: Readonly<{ email: string; password: string }>,
): Promise<void> {
  const until = Date.now() + arrivalMilliseconds
  while (Date.now() < until && (await visitor.send('POST', '/sign-in', { json })).status !== 200) await pause(100)
  await guide.ask(visitor, 'POST', '/sign-in', { json }, { status: 200 })
}

function proofLinkIn(text: string): string {
  return /https?:\/\/\S+\/proofs\?token=\S+/.exec(text)?.[0] ?? ''
}

/** The address and the hidden fields of the one form of a page. */
function formIn(html: string): Readonly<{ action: string; body: string }> {
  const [, action = '', inside = ''] = /<form[^>]*action="([^"]+)"[^>]*>(.*?)<\/form>/s.exec(html) ?? []
  const body = new URLSearchParams()
  for (const [, name = '', value = ''] of inside.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)) {
    body.append(name, unescaped(value))
  }
  return { action: unescaped(action), body: body.toString() }
}

function unescaped(text: string): string {
  return text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
}
