import { setTimeout as pause } from 'node:timers/promises'
import { type Narrator, StepFailed } from './narrator.js'
import type { Answer, Sending, Visitor } from './visitor.js'

/** A mail in the bank's inbox. */
export type ReceivedMail = Readonly<{ to: string; subject: string; text: string; at: string }>

/** What one step of the tour expects of an answer: its status, and the last word of a problem's type. */
export type Expected = Readonly<{ status: number; problem?: string }>

/** Leads visitors through the bank and tells of it. */
export interface TourGuide {
  step(title: string): void
  says(line: string): void
  /** Sends something, tells it, and stops the tour when the answer is another than the expected one. */
  ask(visitor: Visitor, method: string, path: string, sending: Sending, expected: Expected): Promise<Answer>
  /** Stops the tour unless the statement holds; tells it if it does. */
  holds(statement: string, held: boolean): void
  /** The newest mail with a code to an address that arrived after so many others, told without its code. Notices come in between. */
  mailTo(address: string, after: number): Promise<ReceivedMail>
  /** How many mails with a code an address has got. */
  mailsTo(address: string): Promise<number>
}

const mailMilliseconds = 10_000

export function createTourGuide(narrator: Narrator, postman: Visitor): TourGuide {
  const inboxOf = async (address: string): Promise<readonly ReceivedMail[]> => {
    const { json } = await postman.send('GET', '/inbox')
    return Object.values(json)
      .filter(isMail)
      .filter(({ to, text }) => to === address && codesIn(text).length > 0)
  }

  return {
    step: narrator.step,
    says: narrator.says,

    async ask(visitor, method, path, sending, { status, problem }) {
      narrator.sent(visitor.name, method, path, sending.told ?? sending.json)
      const answer = await visitor.send(method, path, sending)
      narrator.answered(answer)
      if (answer.status !== status) throw new StepFailed(`Expected ${status}, and ${answer.status} came.`)
      if (problem && !String(answer.json.type).endsWith(`:${problem}`))
        throw new StepFailed(`Expected the problem ${problem}.`)
      return answer
    },

    holds(statement, held) {
      if (!held) throw new StepFailed(`This does not hold: ${statement}`)
      narrator.says(`= ${statement}`)
    },

    async mailTo(address, after) {
      const until = Date.now() + mailMilliseconds
      while (Date.now() < until) {
        const mail = (await inboxOf(address)).slice(after).at(-1)
        if (mail) {
          tellMail(narrator, mail)
          return mail
        }
        await pause(50)
      }
      throw new StepFailed(`No mail to ${address} came within ${mailMilliseconds / 1000} s.`)
    },

    async mailsTo(address) {
      return (await inboxOf(address)).length
    },
  }
}

function tellMail(narrator: Narrator, { to, subject, text }: ReceivedMail): void {
  narrator.says(`@ mail to ${to}: ${subject}`)
  for (const line of text.split('\n').filter((one) => one.trim() !== '')) narrator.says(`  | ${withoutCode(line)}`)
}

/** The code stands alone on its line, as digits or in two groups. */
const codeLine = /^\s*(\d{3,}[ ]?\d{3,})\s*$/

function withoutCode(line: string): string {
  return codeLine.test(line) ? '[the code: in the inbox]' : line
}

/** The code of a mail. */
export function codeIn({ text }: ReceivedMail): string {
  const [code] = codesIn(text)
  if (code === undefined) throw new StepFailed('The mail has no code.')
  return code
}

function codesIn(text: string): readonly string[] {
  return text.split('\n').flatMap((line) => codeLine.exec(line)?.[1]?.replaceAll(' ', '') ?? [])
}

/** A code of the same length that is another one. */
export function otherThan(code: string, tries = 1): string {
  return String((Number(code) + tries) % 10 ** code.length).padStart(code.length, '0')
}

/** A text at a path such as `challenge.id` of an answer. */
export function textAt({ json }: Answer, path: string): string {
  let value: unknown = json
  for (const name of path.split('.'))
    value = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
  if (typeof value !== 'string') throw new StepFailed(`The answer has no text "${path}".`)
  return value
}

function isMail(value: unknown): value is ReceivedMail {
  return (
    typeof value === 'object' && value !== null && 'to' in value && 'text' in value && typeof value.text === 'string'
  )
}
