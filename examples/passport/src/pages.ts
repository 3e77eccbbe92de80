import type { Person } from './people.js'

/** A mail as the inbox page shows it. */
export type ShownMail = Readonly<{ to: string; subject: string; text: string }>

/** The first step. */
export function passwordPage(messages: readonly string[]): string {
  return page(
    'Log in',
    `${notes(messages)}
    <form method="post" action="/login">
      <p><label>Address <input name="email" type="email" autocomplete="username" required></label></p>
      <p><label>Password <input name="password" type="password" autocomplete="current-password" required></label></p>
      <button>Go on</button>
    </form>`,
  )
}

/** The second step. */
export function codePage(challenge: string, messages: readonly string[]): string {
  return page(
    'Type the code',
    `${notes(messages)}
    <p>It was sent by e-mail. The mail arrives in the <a href="/inbox" target="_blank">inbox</a> of this example.</p>
    <form method="post" action="/login/code">
      <input type="hidden" name="challenge" value="${escaped(challenge)}">
      <p><label>Code <input name="code" inputmode="numeric" autocomplete="one-time-code" required></label></p>
      <button>Log in</button>
    </form>
    <form method="post" action="/login/code/again"><button>Send another code</button></form>`,
  )
}

/** What only a whole login opens. */
export function homePage({ name }: Person): string {
  return page(
    `Hello, ${name}`,
    `<p>You gave a password and a code.</p>
    <form method="post" action="/logout"><button>Log out</button></form>`,
  )
}

/** The mail that this example has sent, newest first. */
export function inboxPage(mails: readonly ShownMail[]): string {
  const articles = mails.map(
    ({ to, subject, text }) =>
      `<article><h2>${escaped(subject)}</h2><p>To ${escaped(to)}</p><pre>${escaped(text)}</pre></article>`,
  )
  return page('Inbox', articles.reverse().join('\n') || '<p>Nothing has come yet.</p>')
}

function page(title: string, content: string): string {
  return `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title></head>
  <body>
    <h1>${escaped(title)}</h1>
    ${content}
  </body>
</html>
`
}

function notes(messages: readonly string[]): string {
  return messages.map((message) => `<p role="alert">${escaped(message)}</p>`).join('')
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '')
}
