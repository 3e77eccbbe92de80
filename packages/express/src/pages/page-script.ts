/**
 * The one script of the pages: an ES module without dependencies, loaded from the own origin,
 * `assets.script`. The pages are whole without it. It works on `data-` attributes, which also bring its words.
 */
export const pageScript = `// Countersign: what the pages can do beyond plain forms. Nothing here is needed.
const watch = document.querySelector('[data-countersign-watch]')
const resume = document.querySelector('[data-countersign-resume]')
const once = document.querySelector('[data-countersign-once]')

rememberZone()
oneSubmitPerClick()
if (document.documentElement.dataset.countersignZone === 'named') showOwnTimes()
if (watch) follow(watch)
if (resume) goOnOnce(resume)
if (once) showOnce(once)
for (const field of document.querySelectorAll('[data-countersign-hide]')) letHide(field)

/** What is shown once is not shown again by Back: a page that a browser kept leads on to where things stand now. */
function showOnce(element) {
  addEventListener('pageshow', (event) => {
    if (event.persisted) location.replace(element.dataset.countersignOnce)
  })
}

/** A code of one's own is readable while it is typed, unless somebody looks over the shoulder. */
function letHide(field) {
  const button = document.createElement('button')
  button.type = 'button'
  button.className = 'cs-plain cs-hide'
  button.textContent = field.dataset.countersignHide
  button.setAttribute('aria-controls', field.id)
  button.setAttribute('aria-pressed', 'false')
  button.addEventListener('click', () => {
    const hidden = field.classList.toggle('cs-disguised')
    button.setAttribute('aria-pressed', String(hidden))
    field.focus()
  })
  field.after(button)
}

/** So that the next page shows the person's own time. */
function rememberZone() {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
  if (!/^[\\w+\\-/]{1,64}$/.test(zone ?? '')) return
  const secure = location.protocol === 'https:' ? '; Secure' : ''
  document.cookie = 'countersign-tz=' + zone + '; Path=/; Max-Age=31536000; SameSite=Lax' + secure
}

/** And this page, too, when it was made without knowing the zone. */
function showOwnTimes() {
  const locale = document.documentElement.lang === 'de' ? 'de-DE' : 'en-GB'
  const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  const day = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long' })
  for (const time of document.querySelectorAll('time[data-countersign-time]')) {
    const at = new Date(time.dateTime)
    const dated = time.dataset.countersignTime === 'day'
    time.textContent = dated ? day.format(at) + ', ' + clock.format(at) : clock.format(at)
  }
}

/** A double click is one click. After a while, or when the page comes back, the button works again. */
function oneSubmitPerClick() {
  const sent = new Map()
  document.addEventListener('submit', (event) => {
    const { target: form, submitter } = event
    const held = submitter?.getAttribute('aria-disabled') === 'true'
    const again = performance.now() - (sent.get(form) ?? -Infinity) < 8000
    if (held || again) return event.preventDefault()
    sent.set(form, performance.now())
  })
  addEventListener('pageshow', (event) => {
    if (event.persisted) sent.clear()
  })
}

/** The interrupted request goes on by itself, once: Back and reload find the button and no second try. */
function goOnOnce(element) {
  if (history.state?.countersignResumed) return
  history.replaceState({ ...history.state, countersignResumed: true }, '')
  if (element instanceof HTMLFormElement) element.requestSubmit()
  else location.assign(element.href)
}

/** Follows a challenge by clock and by asking, and says what changes, each thing once, in one status line. */
function follow(status) {
  const { expiresAt, resendAt } = status.dataset
  const said = new Set()
  let over = false
  /** How far the server's clock is ahead of this one. Nothing is said by a clock that may be wrong. */
  let ahead
  const now = () => Date.now() + ahead

  const say = (word) => {
    const sentence = status.dataset['say' + word]
    if (!sentence || said.has(word)) return
    said.add(word)
    status.textContent = sentence
  }
  const end = (word) => {
    over = true
    say(word)
  }

  const resend = resendClock(Date.parse(resendAt), now)
  const tick = () => {
    if (ahead === undefined) return
    resend()
    const left = Date.parse(expiresAt) - now()
    if (!over && left <= 0) end('Expired')
    else if (!over && left <= 60000 && left > 30000) say('MinuteLeft')
  }
  setInterval(tick, 1000)

  poll(status.dataset.countersignWatch, ({ challenge, date }) => {
    ahead = date ? date - Date.now() : 0
    if (challenge.closed) end(wordFor(challenge.closed.why))
    else showDelivery(challenge.delivery, say)
    tick()
    return !over
  })
  fillFromMessage()
}

function wordFor(why) {
  return { answered: 'DoneElsewhere', cancelled: 'Cancelled', revoked: 'Cancelled' }[why] ?? 'Expired'
}

/** Asks now and every three seconds, for a minute and only while somebody looks. */
async function poll(url, heard) {
  for (let round = 0; round < 20; round += 1) {
    if (!document.hidden && !(await hear(url, heard))) return
    await new Promise((resolve) => setTimeout(resolve, 3000))
  }
}

/** Whether it is worth asking again. An answer that does not come says nothing. */
async function hear(url, heard) {
  try {
    const response = await fetch(url, { headers: { Accept: 'application/json' }, cache: 'no-store' })
    if (response.status >= 400 && response.status < 500) return false
    if (!response.ok) return true
    const { challenge } = await response.json()
    return heard({ challenge, date: Date.parse(response.headers.get('Date') ?? '') || undefined })
  } catch {
    return true
  }
}

function showDelivery(delivery, say) {
  const queued = document.querySelector('[data-countersign-delivery="queued"]')
  const sent = document.querySelector('[data-countersign-delivery="sent"]')
  if (delivery === 'failed') return say('Failed')
  if (delivery !== 'sent' || !queued || !sent || queued.hidden) return
  queued.hidden = true
  sent.hidden = false
  say('Sent')
}

/** Before its time the button for a new code rests, and a line says until when. Nothing is announced. */
function resendClock(at, now) {
  const button = document.querySelector('form[data-countersign-resend] button')
  const hint = document.querySelector('[data-countersign-resend-hint]')
  return () => {
    const early = now() < at
    if (early) button?.setAttribute('aria-disabled', 'true')
    else button?.removeAttribute('aria-disabled')
    if (hint) hint.hidden = !early
  }
}

/** A code that the phone reads from the message fills the field; the person sends it. */
function fillFromMessage() {
  const field = document.querySelector('input[autocomplete="one-time-code"]')
  if (!field || !('OTPCredential' in window)) return
  const stop = new AbortController()
  field.form?.addEventListener('submit', () => stop.abort())
  navigator.credentials.get({ otp: { transport: ['sms'] }, signal: stop.signal }).then(
    (message) => {
      if (message?.code && field.value === '') field.value = message.code
    },
    () => {},
  )
}
`
