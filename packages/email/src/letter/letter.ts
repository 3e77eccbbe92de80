import type {
  CodeMessage,
  ContactChangeMessage,
  ContactProofMessage,
  Fact,
  Language,
  LockedMessage,
  Message,
  OneTimeCode,
  Secret,
} from '@countersign/core'
import { english } from './english.js'
import { german } from './german.js'
import { type Times, timesIn } from './times.js'

/** What one message says, in one language, before it is text or HTML: both parts are made from it, so they say the same. */
export type Letter = Readonly<{
  subject: string
  /** The first sentence. A mail program shows it as the preview, so no code and no value stands in it. */
  headline: string
  facts: readonly Fact[]
  code?: OneTimeCode
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
}>

const letters: Readonly<Record<Language, Letters>> = { en: english, de: german }

/** The letter for a message, in its language and its time zone. */
export function letterFor(message: Message): Letter {
  const inLanguage = letters[message.language]
  const times = timesIn(message.language, message.timeZone)
  switch (message.kind) {
    case 'code':
      return inLanguage.code(message, times)
    case 'locked':
      return inLanguage.locked(message, times)
    case 'contact-proof':
      return inLanguage.contactProof(message, times)
    case 'contact-change-asked':
    case 'contact-changed':
      return inLanguage.contactChange(message, times)
  }
}
