import type {
  ActionInWords,
  CodeMessage,
  ContactChangeMessage,
  ContactProofMessage,
  Fact,
  Language,
  LockedMessage,
  Message,
  OneTimeCode,
  Origin,
  Secret,
  SecurityCode,
  SecurityCodeMessage,
  SecurityCodeNotice,
} from '@countersign/core'
import { english } from './english.js'
import { german } from './german.js'
import { oneLine } from './one-line.js'
import { type Times, timesIn } from './times.js'

/** What one message says, in one language, before it is text or HTML: both parts are made from it, so they say the same. */
export type Letter = Readonly<{
  subject: string
  /** The first sentence. A mail program shows it as the preview, so no code and no bound field stands in it. */
  headline: string
  facts: readonly Fact[]
  code?: OneTimeCode | SecurityCode
  /** The link that proves a contact. */
  proof?: LinkLine
  /** One paragraph each. */
  lines: readonly string[]
  /** What to do if it was somebody else. */
  notMe: LinkLine
}>

/** A line that ends in a link, and what is said after it. */
export type LinkLine = Readonly<{ before: string; link: Secret<string>; after?: string }>

/** The letters of one language, one for each kind of message. */
export type Letters = Readonly<{
  code(message: CodeMessage, times: Times): Letter
  locked(message: LockedMessage, times: Times): Letter
  contactProof(message: ContactProofMessage, times: Times): Letter
  contactChange(message: ContactChangeMessage, times: Times): Letter
  securityCode(message: SecurityCodeMessage, times: Times): Letter
  codeNotice(message: SecurityCodeNotice, times: Times): Letter
}>

const letters: Readonly<Record<Language, Letters>> = { en: english, de: german }

/** The letter for a message, in its language and its time zone. What comes from elsewhere is made harmless here, once. */
export function letterFor(message: Message): Letter {
  const inLanguage = letters[message.language]
  const times = timesIn(message.language, message.timeZone, message.askedAt)
  const origin = plainOrigin(message.origin)
  switch (message.kind) {
    case 'code':
      return inLanguage.code({ ...message, origin, action: plainAction(message.action) }, times)
    case 'locked':
      return inLanguage.locked({ ...message, origin }, times)
    case 'contact-proof':
      return inLanguage.contactProof({ ...message, origin }, times)
    case 'security-code':
      return inLanguage.securityCode({ ...message, origin }, times)
    case 'contact-change-asked':
    case 'contact-changed':
    case 'contact-added':
    case 'contact-removed':
      return inLanguage.contactChange({ ...message, origin, destination: oneLine(message.destination) }, times)
    default:
      return inLanguage.codeNotice({ ...message, origin }, times)
  }
}

function plainOrigin({ device, place }: Origin): Origin {
  return {
    ...(device !== undefined && { device: oneLine(device) }),
    ...(place !== undefined && { place: oneLine(place) }),
  }
}

function plainAction(action: ActionInWords): ActionInWords {
  const facts = action.facts.map(({ label, value }) => ({ label: oneLine(label), value: oneLine(value) }))
  return { ...action, one: oneLine(action.one), facts }
}
