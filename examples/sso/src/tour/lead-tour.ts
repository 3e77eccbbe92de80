import {
  type Answer,
  codeIn,
  createTourGuide,
  createVisitor,
  type Narrator,
  StepFailed,
  seeded,
  seededPassword,
  type TourGuide,
  type Visitor,
} from '@countersign/example-bank/parts'
import type { Addresses } from '../addresses.js'
import { acr } from '../levels.js'

const payment = { amount: '8.40', payee: 'CH93 0076 2011 6238 5295 7' }
const most = 12

/** Alice signs in at the shop with her bank, is asked for a code by a payment, and pays. */
export async function leadTour(narrator: Narrator, { issuer, relyingParty }: Addresses): Promise<void> {
  const guide = createTourGuide(narrator, createVisitor('inbox', new URL(issuer)))
  const [{ email, name }] = seeded
  const alice = createVisitor('Alice', new URL(relyingParty))
  const go = (path: string, fields: Readonly<Record<string, string>> = {}) =>
    submitted(guide, alice, relyingParty + path, fields)

  guide.step(`${name} signs in at the shop, which sends her to her bank`)
  const login = await go('/sign-in')
  const asked = await guide.ask(alice, 'GET', login, {}, { status: 200 })
  guide.holds('the provider asks for a login', asked.json.prompt === 'login')

  guide.step('With the password she comes to the question what the shop may do')
  const consent = await posted(guide, alice, `${login}/login`, { email, password: seededPassword })
  guide.holds('the provider asks for consent', (await alice.send('GET', consent)).json.prompt === 'consent')

  guide.step('She allows it, and the shop knows her at the level of a password')
  const home = await alice.send('GET', await posted(guide, alice, `${consent}/consent`, {}))
  guide.holds('the shop shows level 1', home.text.includes(acr.password))

  guide.step('She pays: the API wants more than a password, so the shop asks the provider for level 2')
  const question = await go('/pay', payment)
  const stepUp = await guide.ask(alice, 'GET', question, {}, { status: 200 })
  guide.holds('the provider asks for a step-up', stepUp.json.prompt === 'step_up')

  guide.step('A code is mailed, and typed at the provider')
  const before = await guide.mailsTo(email)
  await guide.ask(alice, 'POST', `${question}/challenge`, { json: {} }, { status: 201 })
  const code = codeIn(await guide.mailTo(email, before))
  const answer = { json: { code }, told: { code: 'the code of the mail' } }
  const passed = await guide.ask(alice, 'POST', `${question}/answer`, answer, { status: 303 })
  const resume = await followed(alice, passed, question)
  guide.holds('the shop has the payment where it was', resume.endsWith('/pay/resume'))

  guide.step('With an access token of level 2 the API takes the payment')
  const paid = await go('/pay/resume')
  guide.holds('it is paid', paid.endsWith('/paid'))
  const after = await alice.send('GET', relyingParty)
  guide.holds('the shop shows level 2', after.text.includes(acr.code))
}

/** A form of the shop, and where its redirects lead. */
async function submitted(guide: TourGuide, visitor: Visitor, path: string, fields: Readonly<Record<string, string>>) {
  const sending = { form: new URLSearchParams(fields).toString() }
  return followed(visitor, await guide.ask(visitor, 'POST', path, sending, { status: 303 }), path)
}

/** What a program sends to a page of the provider, and where the redirects lead. */
async function posted(guide: TourGuide, visitor: Visitor, path: string, json: object) {
  return followed(visitor, await guide.ask(visitor, 'POST', path, { json }, { status: 303 }), path)
}

/** Follows redirects as a browser does; the address of the page where they end. */
async function followed(visitor: Visitor, from: Answer, path: string): Promise<string> {
  let at = path
  let answer = from
  for (let steps = 0; steps < most; steps += 1) {
    const location = answer.headers.get('location')
    if (location === null) return at
    at = URL.canParse(location) ? location : new URL(location, at).href
    answer = await visitor.send('GET', at)
  }
  throw new StepFailed('Redirects go round in circles.')
}
