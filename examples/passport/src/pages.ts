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

/** The ways to confirm a login. */
export const ways = ['email-code', 'security-code'] as const
export type Way = (typeof ways)[number]

/** What the second step asks for, and whether the person has a code of his own. */
export type SecondStep = Readonly<{ challenge: string; asked: string; hasOwn: boolean }>

/** The second step: by the person's own code, or by one that was mailed. */
export function codePage({ challenge, asked, hasOwn }: SecondStep, messages: readonly string[]): string {
  const own = asked === 'security-code'
  return page(
    own ? 'Type your security code' : 'Type the code',
    `${notes(messages)}
    ${own ? ownCodeHint : mailedCodeHint}
    <form method="post" action="/login/code">
      <input type="hidden" name="challenge" value="${escaped(challenge)}">
      <p><label>Code <input name="code" ${own ? ownCodeField : mailedCodeField} required></label></p>
      <button>Log in</button>
    </form>
    ${otherWay('email-code', own ? 'Send a code by e-mail instead' : 'Send another code')}
    ${hasOwn && !own ? otherWay('security-code', 'Use my security code') : ''}`,
  )
}

const mailedCodeHint =
  '<p>It was sent by e-mail. The mail arrives in the <a href="/inbox" target="_blank">inbox</a> of this example.</p>'
const ownCodeHint = '<p>10 letters and digits, such as 7KQ4M-2XR9T.</p>'
const mailedCodeField = 'inputmode="numeric" autocomplete="one-time-code"'
const ownCodeField = 'autocomplete="off" autocapitalize="characters" spellcheck="false"'

function otherWay(way: Way, label: string): string {
  return `<form method="post" action="/login/code/again"><input type="hidden" name="way" value="${way}"><button>${label}</button></form>`
}

/** What only a whole login opens. */
export function homePage({ name }: Person): string {
  return page(
    `Hello, ${name}`,
    `<p>You gave a password and a code.</p>
    <p><a href="/countersign/account">Your security</a>: get a code of your own there, and the next login asks for it.</p>
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
