import { codeIn, type Expected, type TourGuide, textAt } from './tour-guide.js'
import type { Answer, Visitor } from './visitor.js'

/** Where Countersign's own routes are. */
export const base = '/countersign'

/** Opens a challenge with the ticket of a refusal; its id. */
export async function openChallenge(guide: TourGuide, visitor: Visitor, asked: Answer): Promise<string> {
  const opened = await guide.ask(
    visitor,
    'POST',
    `${base}/challenges`,
    { json: { ticket: textAt(asked, 'ticket') } },
    { status: 201 },
  )
  return textAt(opened, 'challenge.id')
}

type Called = 'the code of the mail' | 'the security code' | 'another code'

/** An answer to a challenge, and how the tour calls it, since no code is told. */
export type Given = Readonly<{ challenge: string; code: string; called: Called }>

/** Answers a challenge. */
export function answer(
  guide: TourGuide,
  visitor: Visitor,
  { challenge, code, called }: Given,
  expected: Expected,
): Promise<Answer> {
  const sending = { json: { code }, told: { code: `[${called}]` } }
  return guide.ask(visitor, 'POST', `${base}/challenges/${challenge}/answer`, sending, expected)
}

/** Opens a challenge, reads the mail and answers rightly: the header that a program sends with its request. */
export async function confirm(
  guide: TourGuide,
  visitor: Visitor,
  asked: Answer,
  email: string,
): Promise<Readonly<Record<string, string>>> {
  const before = await guide.mailsTo(email)
  const challenge = await openChallenge(guide, visitor, asked)
  const code = codeIn(await guide.mailTo(email, before))
  const passed = await answer(guide, visitor, { challenge, code, called: 'the code of the mail' }, { status: 200 })
  return { 'countersign-elevation': textAt(passed, 'elevation.token') }
}
