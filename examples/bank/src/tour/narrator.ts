import type { Answer } from './visitor.js'

/** Tells what happens, one step after the other. No code, token or ticket is ever told in clear. */
export interface Narrator {
  step(title: string): void
  sent(name: string, method: string, path: string, body?: unknown): void
  answered(answer: Answer): void
  /** A line of a mail, or of explanation. */
  says(line: string): void
  readonly steps: number
}

/** What did not come as it should have. */
export class StepFailed extends Error {
  override readonly name = 'StepFailed'
}

/** A narrator who writes lines. */
export function createNarrator(write: (line: string) => void): Narrator {
  let steps = 0
  return {
    step(title) {
      steps += 1
      write(`\n${String(steps).padStart(2)}. ${title}`)
    },
    sent(name, method, path, body) {
      write(`    > ${name}: ${method} ${withoutTokens(path)}${body === undefined ? '' : ` ${told(body)}`}`)
    },
    answered({ status, json, headers }) {
      const location = headers.get('location')
      const body = Object.keys(json).length > 0 ? ` ${told(json)}` : ''
      write(`    < ${status}${body}${location === null ? '' : ` to ${withoutTokens(location)}`}`)
    },
    says(line) {
      write(`    ${withoutTokens(line)}`)
    },
    get steps() {
      return steps
    },
  }
}

/** In its two groups, as it is shown. */
const securityCode = /^\w{5}-\w{5}$/

const secretFields = new Set(['ticket', 'token'])

/** JSON with secrets shortened. */
function told(body: unknown): string {
  return JSON.stringify(body, (field, value: unknown) => {
    if (typeof value !== 'string') return value
    if (field === 'password') return '[the password]'
    if (field === 'code' && securityCode.test(value)) return '[the security code]'
    return secretFields.has(field) ? shortened(value) : value
  })
}

/** Text parts of mails and addresses of links, with what follows `token=` shortened. */
function withoutTokens(text: string): string {
  return text.replace(
    /((?:token|ticket)=)([^\s&]+)/g,
    (_whole, name: string, secret: string) => name + shortened(secret),
  )
}

function shortened(secret: string): string {
  return `${secret.slice(0, 4)}...(${secret.length} characters)`
}
