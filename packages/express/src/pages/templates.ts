import { Eta } from 'eta/core'
import type { Block } from './view.js'

/** What stands around every page. Scripts and styles are files: the policy allows no others. */
const layout = `<!doctype html>
<html lang="<%= it.language %>"<% if (it.scheme) { %> data-theme="<%= it.scheme %>"<% } %><% if (it.zoneNamed) { %> data-countersign-zone="named"<% } %>>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title><%= it.title %></title>
<link rel="stylesheet" href="<%= it.stylesheet %>">
<script type="module" src="<%= it.script %>"></script>
</head>
<body>
<header class="cs-top">
<p class="cs-brand"><% if (it.logo) { %><span class="cs-logo"><%~ it.logo %></span><% } %><span><%= it.brand %></span></p>
<% if (it.person) { %><p class="cs-person"><bdi><%= it.person %></bdi></p><% } %>
</header>
<main class="cs-main">
<div class="cs-card"<% if (it.onceThen) { %> data-countersign-once="<%= it.onceThen %>"<% } %>>
<% if (it.summary) { %><div class="cs-notice cs-danger" tabindex="-1" autofocus><%~ include('@icon', { icon: 'danger' }) %><p><%~ include('@text', { text: it.summary }) %></p></div>
<% } if (it.mood) { %><span class="cs-mood cs-<%= it.mood %>"><%~ include('@icon', { icon: it.mood }) %></span>
<% } %><h1 tabindex="-1"<% if (it.headingFocused) { %> autofocus<% } %>><%~ include('@text', { text: it.heading }) %></h1>
<% for (const part of it.blocks) { %><%~ include('@' + part.block, part) %>
<% } %></div>
</main>
<% if (it.links.length > 0) { %><footer class="cs-footer">
<% for (const link of it.links) { %><a href="<%= link.href %>"<% if (link.language) { %> lang="<%= link.language %>" hreflang="<%= link.language %>"<% } %>><%= link.label %></a>
<% } %></footer>
<% } %></body>
</html>
`

const text = `<% for (const piece of it.text) {
  if (typeof piece === 'string') { %><%= piece %><% }
  else if ('strong' in piece) { %><strong><bdi><%= piece.strong %></bdi></strong><% }
  else { %><time datetime="<%= piece.moment.iso %>" data-countersign-time="<%= piece.moment.dated ? 'day' : 'clock' %>"><%= piece.moment.words %></time><% }
} %>`

const icon = `<svg class="cs-icon" viewBox="0 0 20 20" width="20" height="20" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false"><%
if (it.icon === 'good') { %><path d="M4.5 10.5l3.5 3.5 7.5-8"/><% }
else if (it.icon === 'danger') { %><circle cx="10" cy="10" r="7.5"/><path d="M10 6v4.5M10 13.9v.1"/><% }
else if (it.icon === 'warn') { %><path d="M10 3.5l7.2 12.7H2.8z"/><path d="M10 8.5v3.2M10 13.9v.1"/><% }
else { %><circle cx="10" cy="10" r="7.5"/><path d="M10 9.5v4.5M10 6.1v-.1"/><% } %></svg>`

/** The templates of the blocks; a kind of block without one does not compile. */
const blocks: Readonly<Record<Block['block'], string>> = {
  facts: `<dl class="cs-facts" id="facts">
<% for (const fact of it.facts) { %><div><dt><%= fact.label %></dt><dd><bdi><%= fact.value %></bdi></dd></div>
<% } %></dl>`,

  'shown-code': `<dl class="cs-facts cs-shown" id="facts"><div><dt><%= it.label %></dt><dd><bdi><%= it.code %></bdi></dd></div></dl>`,

  paragraph: `<p<% if (it.id) { %> id="<%= it.id %>"<% } %>><%~ include('@text') %></p>`,

  notice: `<div class="cs-notice cs-<%= it.tone %>"><%~ include('@icon', { icon: it.tone }) %><p><%~ include('@text') %></p></div>`,

  delivery: `<p><span data-countersign-delivery="queued"<% if (!it.queued) { %> hidden<% } %>><%~ include('@text', { text: it.sending }) %></span><span data-countersign-delivery="sent"<% if (it.queued) { %> hidden<% } %>><%~ include('@text', { text: it.sent }) %></span> <%~ include('@text', { text: it.rest }) %></p>`,

  // The error is always there, so that the description of the field names nothing that is missing. The person's own code is
  // not of the type "password" either: a password manager would fill in the one of the sign-in.
  'code-form': `<form class="cs-code" method="post" action="<%= it.form.action %>" novalidate>
<%~ include('@hidden') %><label for="code"><%= it.label %></label>
<p class="cs-hint" id="code-hint"><%= it.hint %></p>
<div class="cs-error" id="code-error"><% if (it.error) { %><%~ include('@icon', { icon: 'danger' }) %><p><%~ include('@text', { text: it.error }) %></p><% } %></div>
<input class="cs-field" id="code" name="code" type="text" <% if (it.own) { %>autocomplete="off" autocapitalize="characters" data-countersign-hide="<%= it.own.hide %>"<% } else { %>inputmode="numeric" autocomplete="one-time-code" autocapitalize="off"<% } %> autocorrect="off" spellcheck="false" enterkeyhint="done" dir="ltr" aria-describedby="code-error code-hint facts"<% if (it.error) { %> aria-invalid="true"<% } %> autofocus>
<button class="cs-button" type="submit"><%= it.form.button %></button>
</form>`,

  ways: `<form method="post" action="<%= it.form.action %>" novalidate>
<%~ include('@hidden') %><fieldset class="cs-ways">
<legend><%= it.legend %></legend>
<% it.ways.forEach((way, index) => { %><label class="cs-way"><input type="radio" name="factor" value="<%= way.id %>"<% if (index === 0) { %> checked<% } %>><span><%~ include('@text', { text: way.label }) %></span></label>
<% }) %></fieldset>
<button class="cs-button" type="submit"><%= it.form.button %></button>
</form>`,

  status: `<p class="cs-status" role="status" data-countersign-watch="<%= it.watch.url %>" data-expires-at="<%= it.watch.expiresAt.iso %>" data-resend-at="<%= it.watch.resendAt.iso %>" data-say-sent="<%= it.watch.say.sent %>" data-say-failed="<%= it.watch.say.failed %>" data-say-minute-left="<%= it.watch.say.minuteLeft %>" data-say-expired="<%= it.watch.say.expired %>" data-say-done-elsewhere="<%= it.watch.say.doneElsewhere %>" data-say-cancelled="<%= it.watch.say.cancelled %>"></p>`,

  actions: `<div class="cs-actions">
<% it.controls.forEach((control, index) => { %><%~ include('@control', { ...control, look: index === 0 ? 'cs-button' : 'cs-button cs-second' }) %>
<% }) %></div>`,

  lesser: `<div class="cs-lesser">
<% for (const control of it.controls) { %><%~ include('@control', { ...control, look: 'cs-plain' }) %>
<% } %></div>
<% if (it.resendHint) { %><p class="cs-hint" data-countersign-resend-hint hidden><%~ include('@text', { text: it.resendHint }) %></p><% } %>`,

  foot: `<div class="cs-foot">
<p><%~ include('@text') %></p>
<%~ include('@control', { ...it.control, look: 'cs-plain cs-stop' }) %>
</div>`,

  section: `<h2 class="cs-section"><%= it.title %></h2>`,

  entry: `<form class="cs-code" method="post" action="<%= it.form.action %>" novalidate>
<%~ include('@hidden') %><%~ include('@entryField') %><button class="cs-button cs-second" type="submit"><%= it.form.button %></button>
</form>`,

  // Opened and closed without script.
  opening: `<details class="cs-opening"<% if (it.field?.error || it.field?.value) { %> open<% } %>><summary<%~ include('@about') %>><%= it.form.button %></summary>
<p><%~ include('@text') %></p>
<form class="cs-code" method="post" action="<%= it.form.action %>" novalidate>
<%~ include('@hidden') %><% if (it.field) { %><%~ include('@entryField') %><% } %><button class="cs-button cs-second" type="submit"<%~ include('@about') %>><%= it.form.button %></button>
</form><% if (it.keep) { %><%~ include('@control', { ...it.keep, look: 'cs-plain' }) %><% } %></details>`,

  events: `<ul class="cs-events">
<% it.events.forEach((event, index) => { %><li><p id="event-<%= index %>"><%~ include('@text', { text: event.text }) %><br><span class="cs-hint"><%~ include('@text', { text: event.when }) %></span></p><% if (event.form) { %><form method="post" action="<%= event.form.action %>">
<%~ include('@hidden', event) %><button class="cs-plain cs-stop" type="submit" aria-describedby="event-<%= index %>"><%= event.form.button %></button></form><% } %></li>
<% }) %></ul>`,

  phone: `<p><%~ include('@text') %></p>
<div class="cs-actions"><a class="cs-button" href="tel:<%= it.phone.replace(/[^+0-9]/g, '') %>"><%= it.phone %></a></div>`,
}

const about = `<% if (it.about) { %> aria-describedby="<%= it.about %>"<% } %>`

const hidden = `<% for (const field of it.form.hidden) { %><input type="hidden" name="<%= field.name %>" value="<%= field.value %>">
<% } %>`

// A code is never of the type "email", and an address is never a code: each takes what a browser may fill in.
const entryField = `<% const { id, name, kind, label, hint, value, error, own } = it.field
const describedBy = [error && id + '-error', hint && id + '-hint'].filter(Boolean).join(' ') %><label for="<%= id %>"><%= label %></label>
<% if (hint) { %><p class="cs-hint" id="<%= id %>-hint"><%= hint %></p>
<% } if (error) { %><div class="cs-error" id="<%= id %>-error"><%~ include('@icon', { icon: 'danger' }) %><p><%~ include('@text', { text: error }) %></p></div>
<% } %><input class="cs-field<% if (kind === 'address') { %> cs-words<% } %>" id="<%= id %>" name="<%= name %>" <%~ include('@filling', { kind }) %> autocorrect="off" spellcheck="false" enterkeyhint="done" dir="ltr"<%
if (own) { %> data-countersign-hide="<%= own.hide %>"<% } if (value) { %> value="<%= value %>"<% } if (describedBy) { %> aria-describedby="<%= describedBy %>"<% } if (error) { %> aria-invalid="true" autofocus<% } %>>
`

const filling = `<% if (it.kind === 'address') { %>type="email" autocomplete="email" autocapitalize="off"<%
} else if (it.kind === 'digits') { %>type="text" inputmode="numeric" autocomplete="one-time-code" autocapitalize="off"<%
} else { %>type="text" autocomplete="off" autocapitalize="characters"<% } %>`

const control = `<% if (it.control === 'link') { %><a class="<%= it.look %>" href="<%= it.href %>"<% if (it.id) { %> id="<%= it.id %>" data-countersign-resume<% } %>><%= it.label %></a><%
} else { %><form method="post" action="<%= it.form.action %>"<% if (it.role === 'resume') { %> id="resume" data-countersign-resume<% } if (it.role === 'resend') { %> data-countersign-resend<% } %>>
<%~ include('@hidden') %><button class="<%= it.look %>" type="submit"><%= it.form.button %></button>
</form><% } %>`

/** The templates, compiled once; everything they print is escaped unless it is another template. */
export const templates: Eta = compiled({
  layout,
  text,
  icon,
  about,
  hidden,
  entryField,
  filling,
  control,
  ...blocks,
})

function compiled(sources: Readonly<Record<string, string>>): Eta {
  const eta = new Eta({ autoEscape: true, autoTrim: false, useWith: false })
  for (const [name, source] of Object.entries(sources)) eta.loadTemplate(`@${name}`, source)
  return eta
}
