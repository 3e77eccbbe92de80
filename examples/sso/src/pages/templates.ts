import { templatesWith } from '@countersign/example-bank/parts'

const login = `<div class="narrow stack"><div class="card stack">
<% if (it.failed) { %><p class="notice danger" role="alert"><%= it.words.wrongCredentials %></p>
<% } %><%~ include('@heading') %>
<p class="lead"><%= it.words.signInFor %></p>
<form class="stack" method="post" action="<%= it.path %>/login" novalidate>
<div class="field"><label for="email"><%= it.words.email %></label><input id="email" name="email" type="email" value="<%= it.email %>" autocapitalize="off" spellcheck="false" autocomplete="username" autofocus></div>
<div class="field"><label for="password"><%= it.words.password %></label><input id="password" name="password" type="password" autocomplete="current-password"></div>
<button class="button full" type="submit"><%= it.words.signIn %></button>
</form>
<form method="post" action="<%= it.path %>/abort"><button class="plain" type="submit"><%= it.words.goBack %></button></form>
</div>
<div class="sunken"><p><strong><%= it.words.demo %></strong></p><p><%= it.words.demoPeople %></p><p class="key"><%= it.seededPassword %></p></div></div>`

const consent = `<div class="narrow"><div class="card stack">
<%~ include('@heading') %>
<p><%= it.words.consentLead %></p>
<ul class="facts"><% for (const one of it.may) { %><li><%= one %></li><% } %></ul>
<form method="post" action="<%= it.path %>/consent"><button class="button full" type="submit"><%= it.words.allow %></button></form>
<form method="post" action="<%= it.path %>/abort"><button class="plain" type="submit"><%= it.words.goBack %></button></form>
</div></div>`

const message = `<div class="narrow"><div class="card stack">
<%~ include('@heading') %>
<p><%= it.lead %></p>
</div></div>`

const lost = `<div class="narrow"><div class="card stack">
<%~ include('@heading') %>
<p><%= it.lead %></p>
<p><a class="button" href="/"><%= it.words.startAgain %></a></p>
</div></div>`

/** `html` is what the library wrote: its form with the tokens that it checks. */
const library = `<div class="narrow"><div class="card stack field">
<%~ include('@heading') %>
<p><%= it.lead %></p>
<%~ it.html %>
</div></div>`

const shop = `<div class="narrow"><div class="card stack">
<%~ include('@heading') %>
<p class="lead"><%= it.words.shopLead %></p>
<form method="post" action="/sign-in"><button class="button full" type="submit"><%= it.words.signIn %></button></form>
</div></div>`

const shopAccount = `<div class="stack">
<%~ include('@heading') %>
<div class="columns two">
<div class="columns">
<section class="card stack" aria-labelledby="pay">
<h2 id="pay"><%= it.words.pay %></h2>
<p class="hint"><%= it.words.payLead %></p>
<%~ include('@summary') %>
<%~ include('@form', it.form) %>
</section>
<section class="card stack" aria-labelledby="orders">
<h2 id="orders"><%= it.words.orders %></h2>
<% if (it.orders.length === 0) { %><p><%= it.words.noOrders %></p><% } else { %><ul><% for (const order of it.orders) { %><li class="line"><span class="about"><%= order.what %></span></li><% } %></ul><% } %>
</section>
</div>
<section class="card stack" aria-labelledby="session">
<h2 id="session"><%= it.words.signIn %></h2>
<dl class="facts"><div><dt><%= it.words.level %></dt><dd><%= it.acr %></dd></div><div><dt><%= it.words.ways %></dt><dd><%= it.ways %></dd></div><div><dt><%= it.words.signedInAt %></dt><dd><%= it.signedInAt %></dd></div></dl>
</section>
</div>
</div>`

const resume = `<div class="narrow"><div class="card stack">
<%~ include('@heading') %>
<%~ include('@facts') %>
<p class="notice good" role="status"><%= it.lead %></p>
<form method="post" action="/pay/resume"><button class="button full" type="submit"><%= it.button %></button></form>
</div></div>`

const paid = `<div class="narrow"><div class="card stack">
<%~ include('@heading') %>
<%~ include('@facts') %>
<p><a class="button" href="/"><%= it.words.home %></a></p>
</div></div>`

const notConfirmed = `<div class="narrow"><div class="card stack">
<%~ include('@heading') %>
<p><%= it.lead %></p>
<p class="hint"><%= it.error %></p>
<p><a class="button" href="/"><%= it.words.home %></a></p>
</div></div>`

/** In the frame of the house. */
export const templates = templatesWith({
  login,
  consent,
  lost,
  refused: message,
  library,
  shop,
  'shop-account': shopAccount,
  resume,
  paid,
  'not-confirmed': notConfirmed,
})
