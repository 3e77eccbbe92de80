import type { Subject } from '../subject/subject.js'
import { withoutSentCode } from './issue-code.js'

/** The subject without a waiting code that was sent over this contact: it must not outlive the mailbox that holds it. */
export function withoutCodeOver(subject: Subject, contact: string): Subject {
  const { held, waiting } = subject.code ?? {}
  if (!waiting?.over.includes(contact)) return subject
  return { ...withoutSentCode(subject), code: held ? { held } : {} }
}
