import type { Answer, Visitor } from '../src/tour/visitor.js'

/** A form of a page, as a browser without script sees it. */
export type Form = Readonly<{ action: string; fields: Readonly<Record<string, string>> }>

/** The first form of a page that leads where it should. */
export function formTo(action: string, { text }: Answer): Form {
  for (const [, tag = '', inside = ''] of text.matchAll(/<form([^>]*)>(.*?)<\/form>/gs)) {
    const to = unescaped(attribute(tag, 'action'))
    if (to.includes(action)) return { action: to, fields: fieldsOf(inside) }
  }
  throw new Error(`The page has no form to ${action}: ${text.slice(text.indexOf('<main'))}`)
}

/** Fills a form in and sends it, as a person who reads German or English. */
export function post(
  visitor: Visitor,
  { action, fields }: Form,
  filled: Record<string, string> = {},
  headers: Record<string, string> = {},
): Promise<Answer> {
  return visitor.send('POST', action, { form: new URLSearchParams({ ...fields, ...filled }).toString(), headers })
}

/** Looks at a page. */
export function look(visitor: Visitor, path: string, headers: Record<string, string> = {}): Promise<Answer> {
  return visitor.send('GET', path, { headers: { accept: 'text/html', ...headers } })
}

/** Follows a 303 to its page. */
export function followed(visitor: Visitor, { status, headers, text }: Answer): Promise<Answer> {
  if (status !== 303) throw new Error(`Expected 303, and ${status} came: ${text.slice(0, 2000)}`)
  return look(visitor, headers.get('location') ?? '')
}

function fieldsOf(inside: string): Record<string, string> {
  const inputs = [...inside.matchAll(/<(?:input|button)[^>]*name="[^"]+"[^>]*>/g)].map(([tag]) => tag)
  const chosen = inputs.filter((tag) => !tag.includes('type="radio"') || tag.includes('checked'))
  return Object.fromEntries(chosen.map((tag) => [attribute(tag, 'name'), unescaped(attribute(tag, 'value'))]))
}

function attribute(tag: string, name: string): string {
  return new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1] ?? ''
}

function unescaped(text: string): string {
  return text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
}
