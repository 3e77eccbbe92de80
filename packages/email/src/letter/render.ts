import type { Message } from '@countersign/core'
import { Eta } from 'eta/core'
import { type LinkLine, letterFor } from './letter.js'

/** A message in words, ready for the wire. It holds the code in the clear, so it lives only while it is handed over. */
export type Rendered = Readonly<{ subject: string; text: string; html: string }>

/** Turns messages into words. The templates are compiled once, when it is made. */
export type Renderer = (message: Message) => Rendered

/** What the templates see as `it`. Every text in it is one line. */
type View = Readonly<{
  language: string
  subject: string
  headline: string
  facts: readonly Readonly<{ label: string; value: string }>[]
  /** In two halves, so that HTML can set a gap between them by style; copied, they are one number. */
  code: readonly [string, string] | undefined
  proof: LinkView | undefined
  lines: readonly string[]
  notMe: LinkView
  brand: string
}>

type LinkView = Readonly<{ before: string; url: string; after: string }>

/**
 * The link ends its line without a full stop, since some mail programs would take the stop for a part of the address.
 * The code is alone on its line, as digits that stand together.
 */
const textTemplate = `<%= it.headline %>

<% if (it.facts.length > 0) { %><%= it.facts.map((fact) => fact.label + ' ' + fact.value).join('. ') %>

<% } if (it.code) { %><%= it.code.join('') %>

<% } if (it.proof) { %><%= it.proof.before %> <%= it.proof.url %>

<% } for (const line of it.lines) { %><%= line %>

<% } %><%= it.notMe.before %> <%= it.notMe.url %>

<%= it.notMe.after %>
<% if (it.brand) { %>
<%= it.brand %>
<% } %>`

/**
 * No table, image, remote part, background or text colour, so that it holds in the dark, too. What follows the headline
 * is not seen: it fills the preview of the mail program, which would else go on to the code.
 */
const htmlTemplate = `<!doctype html>
<html lang="<%= it.language %>">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title><%= it.subject %></title>
</head>
<body style="margin:0">
<div style="max-width:34rem;margin:0 auto;padding:16px;font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,Arial,sans-serif;overflow-wrap:anywhere">
<h1 style="margin:0 0 16px;font-size:22px;line-height:1.2"><%= it.headline %></h1>
<% if (it.code) { %><p aria-hidden="true" style="display:none;max-height:0;overflow:hidden">${'&#847;&zwnj;&nbsp;'.repeat(60)}</p>
<% } if (it.facts.length > 0) { %><dl style="margin:0 0 16px">
<% for (const fact of it.facts) { %><dt style="font-size:14px"><%= fact.label %></dt>
<dd style="margin:0 0 8px;font-size:18px;font-weight:600"><%= fact.value %></dd>
<% } %></dl>
<% } if (it.code) { %><p style="margin:0 0 16px;font:28px/1.3 ui-monospace,'SF Mono',Menlo,Consolas,monospace"><span><%= it.code[0] %></span><span style="margin-left:.35em"><%= it.code[1] %></span></p>
<% } if (it.proof) { %><p style="margin:0 0 16px"><%= it.proof.before %> <a href="<%= it.proof.url %>"><%= it.proof.url %></a></p>
<% } for (const line of it.lines) { %><p style="margin:0 0 16px"><%= line %></p>
<% } %><p style="margin:0 0 16px"><%= it.notMe.before %> <a href="<%= it.notMe.url %>"><%= it.notMe.url %></a>. <%= it.notMe.after %></p>
<% if (it.brand) { %><p style="margin:0"><%= it.brand %></p>
<% } %></div>
</body>
</html>
`

/** Makes a renderer; `brand` is the name under each message, if there is one. */
export function createRenderer(brand: string): Renderer {
  const html = new Eta({ autoEscape: true, autoTrim: false })
  // Nothing in plain text has a meaning that would need escaping: the lines of the view hold no line end.
  const text = new Eta({ autoEscape: false, autoTrim: false })
  const htmlPart = html.compile(htmlTemplate)
  const textPart = text.compile(textTemplate)

  return function renderMessage(message) {
    const view = viewOf(message, brand)
    return { subject: view.subject, text: text.render(textPart, view), html: html.render(htmlPart, view) }
  }
}

function viewOf(message: Message, brand: string): View {
  const { code, proof, notMe, ...letter } = letterFor(message)
  return {
    ...letter,
    language: message.language,
    code: code && halves(code.reveal()),
    proof: proof && linkView(proof),
    notMe: linkView(notMe),
    brand,
  }
}

function halves(code: string): readonly [string, string] {
  const middle = Math.ceil(code.length / 2)
  return [code.slice(0, middle), code.slice(middle)]
}

/** An address is never cut, only made one word: a blank or a line end in it would start something new. */
function linkView({ before, link, after = '' }: LinkLine): LinkView {
  return { before, url: link.reveal().replace(/[\s\p{Cc}\p{Cf}]/gu, ''), after }
}
