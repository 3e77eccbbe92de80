import { Eta } from 'eta/core'

const layout = `<!doctype html>
<html lang="<%= it.language %>">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title><%= it.title %></title>
<link rel="stylesheet" href="<%= it.stylesheet %>">
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
</head>
<body>
<a class="skip" href="#main"><%= it.words.skip %></a>
<header class="top"><div class="bar">
<a class="brand" href="/"><%~ it.logo %><span><%= it.brand %></span></a>
<% if (it.sections.length > 0) { %><nav class="nav" aria-label="<%= it.words.sections %>"><ul>
<% for (const section of it.sections) { %><li><a href="<%= section.href %>"<% if (section.current) { %> aria-current="page"<% } %>><%= section.label %></a></li>
<% } %></ul></nav>
<% } if (it.person) { %><div class="who"><bdi><%= it.person %></bdi><form method="post" action="/sign-out"><button class="plain" type="submit"><%= it.words.signOut %></button></form></div>
<% } %></div></header>
<main id="main"><%~ include('@' + it.template, it) %></main>
</body>
</html>
`

/** Above the heading of a form with errors; each line leads to its field. */
const summary = `<% if (it.wrong.length > 0) { %><div class="notice danger summary" role="alert" tabindex="-1" autofocus><p><strong><%= it.words.thereIsAProblem %></strong></p><ul>
<% for (const { name, error } of it.wrong) { %><li><a href="#<%= name %>"><%= error %></a></li>
<% } %></ul></div><% } %>`

/** The error stands between hint and field, and the field's description names both. */
const field = `<div class="field">
<label for="<%= it.name %>"><%= it.label %></label>
<% if (it.hint) { %><p class="hint" id="<%= it.name %>-hint"><%= it.hint %></p>
<% } if (it.error) { %><p class="wrong" id="<%= it.name %>-error"><span aria-hidden="true">&#9888; </span><%= it.error %></p>
<% } if (it.lines) { %><textarea id="<%= it.name %>" name="<%= it.name %>"<%~ include('@described') %>><%= '\\n' + it.value %></textarea><%
} else { %><input id="<%= it.name %>" name="<%= it.name %>" type="<%= it.type %>" value="<%= it.value %>"<% for (const [attribute, value] of it.attributes) { %> <%= attribute %>="<%= value %>"<% } %><%~ include('@described') %>><% } %>
</div>`

const described = `<% if (it.description) { %> aria-describedby="<%= it.description %>"<% } if (it.error) { %> aria-invalid="true"<% } if (it.focused) { %> autofocus<% } %>`

const heading = `<h1 tabindex="-1"<% if (it.headingFocused) { %> autofocus<% } %>><%= it.heading %></h1>`

const facts = `<dl class="facts main">
<% for (const fact of it.facts) { %><div><dt><%= fact.label %></dt><dd><bdi><%= fact.value %></bdi></dd></div>
<% } %></dl>`

const form = `<form class="stack" method="post" action="<%= it.action %>" novalidate>
<% for (const [name, value] of it.hidden) { %><input type="hidden" name="<%= name %>" value="<%= value %>">
<% } for (const one of it.fields) { %><%~ include('@field', one) %>
<% } %><button class="button full" type="submit"><%= it.button %></button>
</form>`

const signIn = `<div class="narrow stack"><div class="card stack">
<%~ include('@summary') %>
<% if (it.notice) { %><p class="notice <%= it.tone %>" role="<%= it.tone === 'danger' ? 'alert' : 'status' %>"><%= it.notice %></p>
<% } %><%~ include('@heading') %>
<p class="lead"><%= it.words.signInLead %></p>
<%~ include('@form', it.form) %>
<p><a class="plain" href="/sign-up"><%= it.words.noAccountYet %></a></p>
</div>
<% if (it.seededPassword) { %><div class="sunken"><p><strong><%= it.words.demo %></strong></p><p><%= it.words.demoPeople %></p><p class="key"><%= it.seededPassword %></p></div>
<% } %></div>`

const signUp = `<div class="narrow"><div class="card stack">
<%~ include('@summary') %>
<%~ include('@heading') %>
<p class="lead"><%= it.words.signUpLead %></p>
<%~ include('@form', it.form) %>
<p><a class="plain" href="/sign-in"><%= it.words.haveAccount %></a></p>
</div></div>`

/** What is missing for a security code, one step after the other, and the button of the next. */
const guide = `<section class="card stack guide" aria-labelledby="guide">
<h2 id="guide"><%= it.words.security.guide %></h2>
<p class="lead"><%= it.words.security.guideLead %></p>
<ol class="steps"><% for (const step of it.guide.steps) { %><li<% if (step.done) { %> class="done"<% } %>><%= step.label %><% if (step.done) { %> <span class="hint">(<%= it.words.security.done %>)</span><% } %></li>
<% } %></ol>
<p><a class="button" href="<%= it.securityUrl %>"><%= it.guide.next %></a></p>
</section>`

const account = `<div class="stack">
<%~ include('@heading') %>
<% if (it.security?.guide) { %><%~ include('@guide', { ...it, guide: it.security.guide }) %>
<% } %><div class="columns two">
<div class="columns">
<section class="card stack" aria-labelledby="balance">
<h2 id="balance"><%= it.words.balance %></h2>
<p class="balance"><%= it.balance %></p>
<p><a class="button" href="/transfers/new"><%= it.words.newTransfer %></a></p>
</section>
<section class="card stack" aria-labelledby="latest">
<h2 id="latest"><%= it.words.latest %></h2>
<ul><% for (const line of it.lines) { %><li class="line"><span class="mark" aria-hidden="true"><%= line.initials %></span><span class="about"><strong><bdi><%= line.name %></bdi></strong><br><span class="hint"><time datetime="<%= line.iso %>"><%= line.day %></time>, <%= line.kind %></span></span><span class="amount<% if (line.incoming) { %> in<% } %>"><%= line.amount %></span></li>
<% } %></ul>
<% if (it.lines.length < 2) { %><p class="hint"><%= it.words.noTransfers %></p><% } %>
</section>
</div>
<div class="columns">
<section class="card stack" aria-labelledby="security">
<h2 id="security"><%= it.words.security.title %></h2>
<% if (it.security) { %><p class="<%= it.security.tone %> notice"><%= it.security.state %></p>
<dl class="facts"><div><dt><%= it.words.sentTo %></dt><dd><bdi><%= it.security.contact %></bdi><% if (it.security.contactState) { %><br><span class="hint"><%= it.security.contactState %></span><% } %></dd></div><div><dt><%= it.words.lastUse %></dt><dd><%= it.security.lastUse %></dd></div></dl>
<% } else { %><p class="hint"><%= it.words.notKnownNow %></p>
<% } %><p><a class="plain" href="<%= it.securityUrl %>"><%= it.words.manage %></a></p>
</section>
<section class="card stack" aria-labelledby="notes">
<h2 id="notes"><%= it.words.notesCard %></h2>
<p><a class="button second" href="/notes"><%= it.words.openNotes %></a></p>
</section>
</div>
</div>
</div>`

const transfer = `<div class="narrow"><div class="card stack">
<%~ include('@summary') %>
<%~ include('@heading') %>
<p class="lead"><%= it.lead %></p>
<%~ include('@form', it.form) %>
<p class="hint"><%= it.words.codeNext %></p>
</div></div>`

const sent = `<div class="narrow"><div class="card stack">
<%~ include('@heading') %>
<%~ include('@facts') %>
<div class="actions"><a class="button" href="/transfers/new"><%= it.words.anotherTransfer %></a><a class="plain" href="/account"><%= it.words.toAccount %></a></div>
</div></div>`

const security = `<div class="wide stack">
<%~ include('@summary') %>
<%~ include('@heading') %>
<p class="lead"><%= it.words.securityLead %></p>
<section class="card stack" aria-labelledby="contact">
<h2 id="contact"><%= it.words.codesGoTo %></h2>
<p><strong><bdi><%= it.email %></bdi></strong><br><span class="hint"><%= it.status %></span></p>
<% if (it.pending) { %><div class="notice warn" role="status"><p><%= it.pending %> <%= it.words.pendingHint %></p></div>
<% } %></section>
<section class="card stack" aria-labelledby="own">
<h2 id="own"><%= it.words.codeAndContacts %></h2>
<p class="hint"><%= it.words.codeAndContactsLead %></p>
<p><a class="button second" href="<%= it.securityUrl %>"><%= it.words.codeAndContacts %></a></p>
</section>
<section class="card stack" aria-labelledby="change">
<h2 id="change"><%= it.words.changeEmail %></h2>
<%~ include('@form', it.form) %>
</section>
</div>`

const notes = `<div class="wide"><div class="card stack">
<%~ include('@summary') %>
<% if (it.saved) { %><p class="notice good" role="status"><%= it.words.saved %></p>
<% } %><%~ include('@heading') %>
<p class="lead"><%= it.words.notesLead %></p>
<%~ include('@form', it.form) %>
</div></div>`

const inbox = `<div class="wide stack">
<%~ include('@heading') %>
<p class="lead"><%= it.words.inboxLead %></p>
<% if (it.mails.length === 0) { %><p class="card"><%= it.words.noMail %></p><% } %>
<% for (const mail of it.mails) { %><article class="card stack mail">
<div><h2><%= mail.subject %></h2><p class="hint"><%= it.words.mailTo %> <bdi><%= mail.to %></bdi>, <time datetime="<%= mail.iso %>"><%= mail.at %></time></p></div>
<pre><% for (const part of mail.parts) { if (part.href) { %><a href="<%= part.href %>"><%= part.text %></a><% } else { %><%= part.text %><% } } %></pre>
</article>
<% } %></div>`

const problem = `<div class="narrow"><div class="card stack">
<%~ include('@heading') %>
<p><%= it.lead %></p>
<p class="hint"><%= it.words.requestId %> <%= it.requestId %></p>
<p><a class="button" href="/"><%= it.words.startPage %></a></p>
</div></div>`

/** What every page of the house is built from: its frame, and the parts of a form. */
const frame = { layout, summary, field, described, heading, facts, form, inbox, problem }

const own = { 'sign-in': signIn, 'sign-up': signUp, guide, account, transfer, sent, security, notes }

/** Templates in the frame of the house, compiled once; everything they print is escaped unless it is another template. */
export function templatesWith(pages: Readonly<Record<string, string>>): Eta {
  const eta = new Eta({ autoEscape: true, autoTrim: false, useWith: false })
  for (const [name, source] of Object.entries({ ...frame, ...pages })) eta.loadTemplate(`@${name}`, source)
  return eta
}

/** Those of the bank. */
export const templates: Eta = templatesWith(own)
