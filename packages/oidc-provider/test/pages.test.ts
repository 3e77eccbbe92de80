import { StoreUnavailable, type SubjectStore } from '@countersign/core'
import { memoryStore } from '@countersign/memory'
import { jest } from '@jest/globals'
import express from 'express'
import { type Asking, aPerson, type Walk } from './a-person.js'
import { aClient, aProvider, type ProviderParts, redirectUri, type TestProvider } from './a-provider.js'

const running: TestProvider[] = []
afterEach(async () => {
  jest.restoreAllMocks()
  for (const op of running.splice(0)) await op.stop()
})

async function alice(parts: ProviderParts = {}) {
  const op = await aProvider(parts)
  running.push(op)
  const person = aPerson(op)
  await person.signsIn()
  return { op, person }
}

const two: Asking = { parameters: { acr_values: '2' } }
const html = 'text/html,application/xhtml+xml'

/** A step-up page as a browser shows it. */
function inBrowser(walk: Walk) {
  const show = async (address: URL = walk.url) => {
    const response = await walk.browser.send(address, { accept: html })
    return { response, status: response.status, text: await response.text() }
  }
  return {
    show,
    /** Sends the form of a page, and follows its redirect once. */
    async submit(verb: string, fields: Record<string, string> = {}) {
      const address = new URL(`${walk.url.pathname}/${verb}`, walk.url)
      const answer = await walk.browser.send(address, {
        method: 'POST',
        body: new URLSearchParams(fields),
        accept: html,
      })
      const location = new URL(answer.headers.get('location') ?? '', walk.url)
      return { status: answer.status, location, page: () => show(location) }
    },
  }
}

const otherThan = (code: string) => (code === '00000000' ? '11111111' : '00000000')

async function aStepUp(parts: ProviderParts = {}, asking: Asking = two) {
  const { op, person } = await alice(parts)
  const walk = await person.asks(asking)
  return { op, person, walk, ...inBrowser(walk) }
}

describe('the page', () => {
  test('says which application asks and where the code will go, and sends none by being looked at', async () => {
    const { op, show } = await aStepUp()
    const sent = op.inbox.messages().length

    const { status, text } = await show()

    expect(status).toBe(200)
    expect(text).toContain('Check this sign-in')
    expect(text).toContain('The app')
    expect(text).toContain('a***@e***.test')
    expect(text).toMatch(/<form method="post" action="\/step-up\/[\w-]+\/challenge">/)
    expect(op.inbox.messages()).toHaveLength(sent)
  })

  test('walks by its forms alone, each of which is answered with 303', async () => {
    const { op, walk, submit } = await aStepUp()
    const asked = await submit('challenge')
    expect(asked.status).toBe(303)
    expect((await asked.page()).text).toContain('autocomplete="one-time-code"')

    const wrong = await submit('answer', { code: otherThan(await op.inbox.lastCode()) })
    expect(wrong.status).toBe(303)
    expect((await wrong.page()).text).toContain('That code does not match.')

    const right = await submit('answer', { code: await op.inbox.lastCode() })
    expect(right.status).toBe(303)
    const back = await walk.browser.follow(right.location, ({ href }) => href.startsWith(redirectUri))
    expect(back.url.searchParams.get('code')).toEqual(expect.any(String))
  })

  test('reads differently from a transaction, in the mail as well', async () => {
    const { op, submit } = await aStepUp()
    await submit('challenge')
    await op.inbox.lastCode()

    expect(op.inbox.messages().at(-1)).toMatchObject({
      kind: 'code',
      action: {
        name: 'sign-in',
        one: 'a sign-in that asks for more certainty',
        act: 'Confirm that it is me',
        facts: [],
      },
    })
  })

  test('is in German for who reads German', async () => {
    const { walk, show } = await aStepUp()

    const { text } = await show(new URL('?language=de', walk.url))

    expect(text).toContain('<html lang="de"')
    expect(text).toContain('Anwendung')
    expect(text).toContain('Anmeldung prüfen')
  })

  test('T33: lets a form lead on to the relying party, and nowhere else', async () => {
    const native = aClient('native', {
      application_type: 'native',
      redirect_uris: ['com.example.app:/callback'],
      token_endpoint_auth_method: 'none',
    })
    const { op, person, show } = await aStepUp({ clients: [native] })
    const policy = (await show()).response.headers.get('content-security-policy')
    expect(policy).toContain("form-action 'self' http://127.0.0.1:1;")

    op.clock.advance(31)
    const walk = await person.asks({
      clientId: 'native',
      parameters: { acr_values: '2', redirect_uri: 'com.example.app:/callback' },
    })
    const other = (await inBrowser(walk).show()).response.headers.get('content-security-policy')
    expect(other).toContain("form-action 'self' com.example.app:;")
  })

  test('has a style sheet, a script, and a link that stops it', async () => {
    const { op, walk, show, submit } = await aStepUp()
    await submit('challenge')
    const { text } = await show()

    const files = [...text.matchAll(/\/step-up\/assets\/[\w.-]+/g)].map(([path]) => new URL(path, op.issuer))
    expect(files).toHaveLength(2)
    for (const file of files) expect((await walk.browser.send(file)).status).toBe(200)
    const stop = await submit('not-me')
    expect((await stop.page()).text).toContain('Was this not you?')
  })

  test('is what the host renders, where it does', async () => {
    const { show } = await aStepUp({
      stepUp: { render: (_request, response, { page, status }) => void response.json({ own: page.page, status }) },
    })

    expect(JSON.parse((await show()).text)).toEqual({ own: 'ask', status: 200 })
  })
})

describe('the page of a challenge', () => {
  async function asked(parts: ProviderParts = {}) {
    const stepUp = await aStepUp(parts)
    stepUp.op.clock.advance(1)
    await stepUp.submit('challenge')
    stepUp.op.clock.advance(1)
    return { ...stepUp, code: await stepUp.op.inbox.lastCode() }
  }

  test('that has expired sends a new code', async () => {
    const { op, show, submit } = await asked()
    op.clock.advance(301)
    expect((await show()).text).toContain('That code no longer works')

    const again = await submit('challenge')

    expect((await again.page()).text).toContain('autocomplete="one-time-code"')
  })

  test('that is used up is 410 and starts again', async () => {
    const { op, walk, show, submit, code } = await asked()
    for (let wrong = 0; wrong < 5; wrong++) await submit('answer', { code: otherThan(code) })
    op.clock.advance(31)

    const { status, text } = await show()

    expect(status).toBe(410)
    expect(text).toContain('Too many tries with this code')
    const [, again = ''] = /href="(\/auth\/[\w-]+)"/.exec(text) ?? []
    const next = await walk.on(new Response(null, { status: 303, headers: { location: again } }))
    expect(next.url.pathname).not.toBe(walk.url.pathname)
    expect(await next.at()).toBe('step_up')
  })

  test('of somebody who typed too many wrong codes says when they are possible again', async () => {
    const { op, submit, show, code } = await asked()
    for (let wrong = 0; wrong < 5; wrong++) await submit('answer', { code: otherThan(code) })
    op.clock.advance(200)
    const other = await aPerson(op).asks(two)
    const second = await other.logsIn()
    const guess = otherThan(await second.code())
    for (let wrong = 0; wrong < 5; wrong++) await second.answers(guess)

    expect((await show()).text).toMatch(/Codes pause until/)
    const paused = await inBrowser(second).show()
    expect(paused.text).toMatch(/Codes pause until/)
    expect(paused.text).toContain(`action="${second.url.pathname}/abort"`)
    expect((await second.aborts()).error()).toBe('access_denied')
  })

  test('waits for its time before it sends a new code', async () => {
    const { submit } = await asked()

    const early = await submit('resend')

    expect((await early.page()).text).toContain('A new code is possible at')
  })

  test('sends a new code, and only that one works', async () => {
    const { op, submit, code } = await asked()
    op.clock.advance(31)

    const resent = await submit('resend')
    expect((await resent.page()).text).toContain('Only this one works.')
    const old = await submit('answer', { code })

    expect((await old.page()).text).toContain('from an earlier message')
  })

  test('tells its script how far the message has come, and its end', async () => {
    const { walk, show, submit, code } = await asked()
    expect((await show()).text).toContain(`data-countersign-watch="${walk.url.pathname}/challenge"`)
    const watched = async () => Object(await (await walk.browser.send(new URL(`${walk.url.href}/challenge`))).json())

    expect(await watched()).toMatchObject({ challenge: { delivery: 'sent', attemptsLeft: 5 } })
    await submit('answer', { code })
    expect(await watched()).toMatchObject({ challenge: { closed: { why: 'answered' } } })
  })

  test('that was answered leads on once more, for who pressed twice', async () => {
    const { walk, show, submit, code } = await asked()
    const { location } = await submit('answer', { code })

    const { text } = await show()

    expect(text).toContain(`href="${location.pathname}"`)
    expect((await walk.browser.follow(location, ({ href }) => href.startsWith(redirectUri))).url.href).toContain(
      'code=',
    )
  })

  test('that was stopped starts again', async () => {
    const { op, walk, show } = await asked()
    const link = new URL(op.inbox.messages().at(-1)?.notMeUrl.reveal() ?? '')
    await walk.browser.send(link, { method: 'POST', body: { token: link.searchParams.get('token') } })

    const { status, text } = await show()

    expect([status, text.includes('This was stopped')]).toEqual([410, true])
  })

  test('asks for the second of two factors', async () => {
    const levels = [{ acr: '1' }, { acr: '2', stepUp: true }, { acr: '3', stepUp: true, level: 'two-factor' }] as const
    const { op, person } = await alice({ securityCode: true, stepUp: { levels, openedBy: () => 'password' } })
    const own = await ownCode(op)
    const walk = await person.asks({ parameters: { acr_values: '3' } })
    const { submit } = inBrowser(walk)

    await submit('challenge')
    const half = await submit('answer', { code: await op.inbox.lastCode() })
    expect((await half.page()).text).toContain('Your security code')
    const { location } = await submit('answer', { code: own })

    const back = await walk.on(new Response(null, { status: 303, headers: { location: location.href } }))
    expect((await back.tokens()).claims()).toMatchObject({ acr: '3', amr: ['otp', 'pin', 'mfa'] })
  })

  test('offers another way, where there is one', async () => {
    const { op, person } = await alice({ securityCode: true })
    const own = await ownCode(op)
    const walk = await person.asks(two)
    const { show, submit } = inBrowser(walk)
    expect((await show()).text).toContain('How do you want to confirm?')
    await submit('challenge')
    expect((await show()).text).toContain(`href="${walk.url.pathname}?other=1"`)

    await submit('challenge', { factor: 'security-code' })

    expect((await show()).text).toContain('Your security code')
    const { location } = await submit('answer', { code: own })
    const back = await walk.on(new Response(null, { status: 303, headers: { location: location.href } }))
    expect((await back.tokens()).claims()).toMatchObject({ acr: '2', amr: ['pin'] })
  })

  test('a level that nobody has the factors for is unmet', async () => {
    const levels = [{ acr: '1' }, { acr: '2', stepUp: true }, { acr: '3', stepUp: true, level: 'two-factor' }] as const
    const { person } = await alice({ securityCode: true, stepUp: { levels, openedBy: () => 'password' } })

    expect((await person.asks({ parameters: { acr_values: '3' } })).error()).toBe('unmet_authentication_requirements')
  })
})

describe('an interaction', () => {
  test('T18: that is lost is 410 with a way to start again, as a page and as JSON', async () => {
    const theme = { brand: 'Sign-in', homeUrl: 'https://shop.example/' }
    const { op, show, walk } = await aStepUp({ stepUp: { theme } })
    walk.browser.drop('_interaction')

    const { status, text } = await show()
    expect(status).toBe(410)
    expect(text).toContain('This took too long')
    expect(text).toContain('href="https://shop.example/"')
    const json = await walk.browser.send(new URL('/step-up/unheard-of', op.issuer))
    expect([json.status, await json.json()]).toEqual([
      410,
      expect.objectContaining({
        type: 'urn:countersign:problem:interaction-lost',
        startAgain: 'https://shop.example/',
      }),
    ])
  })

  test('of another prompt passes by, below the same path and without our headers', async () => {
    const { op } = await alice({ stepUp: { path: '/interaction' } })
    const walk = await aPerson(op).asks(two)

    expect(await walk.at()).toBe('login')
    expect(walk.response?.headers.get('content-security-policy')).toBeNull()
    const stepUp = await walk.logsIn()
    expect(stepUp.url.pathname).toMatch(/^\/interaction\//)
    expect(await (await stepUp.confirms()).at()).toBe('callback')
  })

  test('is not there for the address of another', async () => {
    const { person, walk } = await aStepUp()
    const other = await person.asks({ ...two, clientId: 'shop' })
    const mixed = new URL(other.url.pathname, walk.url)
    const cookie = walk.browser.cookie('_interaction') ?? ''
    walk.browser.drop('_interaction')
    walk.browser.take('_interaction', cookie, walk.url.origin)

    const answer = await walk.browser.send(mixed)

    expect(answer.status).toBe(410)
  })
})

describe('a request', () => {
  test.each([
    ['of another origin', { origin: 'https://elsewhere.example' }, 403, 'foreign-origin'],
    ['with a body of another type', { 'content-type': 'text/plain' }, 415, 'unsupported-media-type'],
  ])('%s is refused', async (_, headers, status, name) => {
    const { walk } = await aStepUp()

    const answer = await fetch(`${walk.url.href}/answer`, {
      method: 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/json', origin: walk.url.origin, ...headers },
      body: '{}',
    })

    expect([answer.status, await answer.json()]).toEqual([
      status,
      expect.objectContaining({ type: `urn:countersign:problem:${name}` }),
    ])
  })

  test.each([{}, { code: 12345678 }, { code: ['12345678'] }, { code: '12345678', more: 'x' }, { code: 'x' }])(
    'with %j is malformed and costs nothing',
    async (body) => {
      const { walk } = await aStepUp()
      await walk.code()

      expect((await walk.post('answer', body)).status).toBe(400)
      expect(
        Object(await walk.page()).challenge ?? Object(await (await walk.browser.send(walk.url)).json()).challenge,
      ).toMatchObject({
        attemptsLeft: 5,
      })
    },
  )

  test('T23: works behind a body parser of the host', async () => {
    const { walk } = await aStepUp({ before: (app) => app.use(express.json(), express.urlencoded({ extended: true })) })

    expect(await (await walk.confirms()).at()).toBe('callback')
  })
})

describe('while the store is away', () => {
  function aStoreThatFails() {
    const whole = memoryStore()
    const state = { down: false }
    const own = whole.subjects
    const unlessDown = <T>(ask: () => Promise<T>) => (state.down ? Promise.reject(new StoreUnavailable('down')) : ask())
    const subjects: SubjectStore = {
      now: () => own.now(),
      load: (id) => unlessDown(() => own.load(id)),
      commit: (subject, revision) => unlessDown(() => own.commit(subject, revision)),
      claim: (lease, id) => own.claim(lease, id),
      release: (id, lease) => own.release(id, lease),
      findByContact: (digests) => own.findByContact(digests),
      revokedSince: (after, limit) => unlessDown(() => own.revokedSince(after, limit)),
    }
    return { store: { ...whole, subjects }, state }
  }

  /** The revocation feed is older than it may be. */
  function later() {
    const now = performance.now()
    jest.spyOn(performance, 'now').mockImplementation(() => now + 5000)
  }

  test('pages say 503, and the way of the code is open afterwards', async () => {
    const { store, state } = aStoreThatFails()
    const { walk, show, submit } = await aStepUp({ store })
    const code = await walk.code()
    state.down = true

    expect((await show()).status).toBe(503)
    expect((await walk.answers(code)).status).toBe(503)
    expect((await (await submit('answer', { code })).page()).text).toContain('Codes cannot be checked now')
    state.down = false
    expect((await walk.answers(code)).status).toBe(303)
  })

  test('a level is not kept, and a demand for it is temporarily_unavailable', async () => {
    const { store, state } = aStoreThatFails()
    const { person, walk } = await aStepUp({ store })
    await walk.confirms()
    state.down = true
    later()

    const walked = await person.asks(two)

    expect(walked.error()).toBe('temporarily_unavailable')
    expect((await person.asks({ parameters: { acr_values: '2', prompt: 'none' } })).error()).toBe(
      'temporarily_unavailable',
    )
  })

  test('who asks for nothing gets the first level', async () => {
    const { store, state } = aStoreThatFails()
    const { person, walk } = await aStepUp({ store })
    await walk.confirms()
    state.down = true
    later()

    expect((await (await person.asks()).tokens()).claims()?.acr).toBe('1')
  })
})

/** Gives alice a security code of her own, which was never in a mail. */
async function ownCode({ countersign, inbox, clock }: TestProvider): Promise<string> {
  const shown = { subject: 'alice', session: 'a session', action: 'countersign.code.show' } as const
  const opened = await countersign.challenges.open(shown)
  const challengeId = opened.outcome === 'opened' ? opened.challenge.id : ''
  await countersign.codes.issue(shown)
  const passed = await countersign.challenges.answer({ ...shown, challengeId, code: await inbox.lastCode() })
  const elevations = passed.outcome === 'passed' ? [passed.elevation.token] : []
  const allowed = await countersign.authorize({ ...shown, elevations })
  if (allowed.outcome !== 'allow') throw new Error(`Alice may not see her code: ${allowed.outcome}.`)
  const code = await countersign.codes.show({ ...shown, stepUp: allowed.stepUp })
  if (code.outcome !== 'shown') throw new Error(`Alice does not see her code: ${code.outcome}.`)
  await countersign.codes.activate(shown)
  clock.advance(31)
  return code.code.reveal()
}
