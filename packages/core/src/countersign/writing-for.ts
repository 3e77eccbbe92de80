import type { Writing } from '../outbox/new-message.js'
import type { Asking } from './countersign.js'
import type { Links, NotMe } from './links.js'

/** How a person who asks is written to, with a "this was not me" link. */
export function writingFor(
  links: Links,
  { language = 'en', timeZone = 'UTC', origin = {} }: Asking,
  about: NotMe,
): Writing {
  return { language, timeZone, origin, notMeUrl: links.notMeUrl(about) }
}
