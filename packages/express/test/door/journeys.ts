import { aBank, type Bank, type Loaded, transfer } from './bank.js'
import { opened, otherThan, setCookies, signedIn, type Visitor, visitor } from './visitor.js'

const problem = (name: string) => `urn:countersign:problem:${name}`

/** What a person and a program meet, on whatever Express was loaded. */
export function journeys(load: () => Promise<Loaded>): void {
  let loaded: Loaded
  beforeAll(async () => {
    loaded = await load()
  })

  async function aliceAtTheBank(parts: Parameters<typeof aBank>[1] = {}): Promise<{ bank: Bank; alice: Visitor }> {
    const bank = await aBank(loaded, parts)
    return { bank, alice: await signedIn(bank) }
  }

  describe('as a program', () => {
    test('a transfer asks for a code, is carried out once, and says so when it is sent again', async () => {
      const { bank, alice } = await aliceAtTheBank()

      const refusal = await alice.json.post('/transfers', transfer)
      expect(refusal.status).toBe(403)
      expect(refusal.headers['content-type']).toMatch('application/problem+json')
      expect(refusal.headers['cache-control']).toBe('no-store')
      expect(refusal.body).toMatchObject({
        type: problem('step-up-required'),
        status: 403,
        action: 'transfer.create',
        level: 'code',
        shown: transfer,
        factors: [{ kind: 'email-code', destination: 'a***@e***.test' }],
        challenges: '/countersign/challenges',
      })
      const { id, challenge, code } = await opened(alice, bank, refusal)
      expect(challenge).toMatchObject({
        action: 'transfer.create',
        factor: 'email-code',
        shown: transfer,
        attemptsLeft: 5,
      })

      const wrong = await alice.json.post(`/countersign/challenges/${id}/answer`, { code: otherThan(code) })
      expect([wrong.status, wrong.body.type, wrong.body.attemptsLeft]).toEqual([422, problem('wrong-code'), 4])

      const right = await alice.json.post(`/countersign/challenges/${id}/answer`, { code })
      expect(right.status).toBe(200)
      expect(Object.keys(right.body.elevation).sort()).toEqual(['action', 'expiresAt', 'mode', 'token'])

      const token = { 'Countersign-Elevation': right.body.elevation.token }
      const done = await alice.json.post('/transfers', transfer, token)
      expect([done.status, bank.executed.length]).toEqual([201, 1])

      const again = await alice.json.post('/transfers', transfer, token)
      expect([again.status, again.body.type]).toEqual([403, problem('step-up-already-used')])
      expect(again.body).toMatchObject({ id: done.body.transfer.confirmation, usedAt: expect.any(String) })
      expect(again.body.ticket).toBeUndefined()
      expect(bank.executed).toHaveLength(1)
    })

    test('a use with other fields is refused and leaves the elevation alone', async () => {
      const { bank, alice } = await aliceAtTheBank()
      const { id, code } = await opened(alice, bank, await alice.json.post('/transfers', transfer))
      const { body } = await alice.json.post(`/countersign/challenges/${id}/answer`, { code })
      const token = { 'Countersign-Elevation': body.elevation.token }

      const other = await alice.json.post('/transfers', { ...transfer, amount: '2500.00' }, token)
      expect(other.body.type).toBe(problem('step-up-required'))

      const reordered = { payee: transfer.payee, currency: transfer.currency, amount: transfer.amount }
      expect((await alice.json.post('/transfers', reordered, token)).status).toBe(201)
    })

    test('a window opens by a cookie and holds for every request', async () => {
      const { bank, alice } = await aliceAtTheBank()
      const { id, code } = await opened(alice, bank, await alice.json.get('/notes'))
      const answer = await alice.json.post(`/countersign/challenges/${id}/answer`, { code })

      expect(answer.body.elevation.mode).toBe('window')
      expect(setCookies(answer).find((line) => line.startsWith('countersign='))).toMatch(
        /Path=\/; .*HttpOnly; SameSite=Lax/,
      )
      expect((await alice.json.get('/notes')).status).toBe(200)
      expect((await alice.json.get('/notes')).status).toBe(200)
    })

    test('a challenge is read, sent again, cancelled, and unknown to others', async () => {
      const { bank, alice } = await aliceAtTheBank()
      const bob = await signedIn(bank, 'bob')
      const { id, code } = await opened(alice, bank, await alice.json.post('/transfers', transfer))
      const path = `/countersign/challenges/${id}`

      expect((await alice.json.get(path)).body.challenge).toMatchObject({ id, delivery: 'sent' })
      expect((await bob.json.get(path)).status).toBe(404)
      expect((await bob.json.post(`${path}/answer`, { code })).status).toBe(404)

      const tooSoon = await alice.json.post(`${path}/resend`, {})
      expect([tooSoon.status, tooSoon.body.type]).toEqual([429, problem('too-many-messages')])
      expect(tooSoon.headers['retry-after']).toBe('30')
      expect(tooSoon.body.challenge.id).toBe(id)

      bank.clock.advance(31)
      expect((await alice.json.post(`${path}/resend`, {})).body.challenge.id).toBe(id)
      const earlier = await alice.json.post(`${path}/answer`, { code })
      expect([earlier.status, earlier.body.type]).toEqual([422, problem('earlier-code')])

      expect((await alice.json.delete(path)).status).toBe(204)
      expect((await alice.json.delete(path)).status).toBe(404)
      expect((await alice.json.get(path)).body.challenge.closed.why).toBe('cancelled')
      const late = await alice.json.post(`${path}/answer`, { code })
      expect([late.status, late.body.type, late.body.why]).toEqual([410, problem('challenge-closed'), 'cancelled'])
    })

    test('a ticket is good for its session and its time, and is used up by the answer', async () => {
      const { bank, alice } = await aliceAtTheBank()
      const bob = await signedIn(bank, 'bob')
      const refusal = await alice.json.post('/transfers', transfer)
      const old = await alice.json.post('/transfers', { ...transfer, amount: '1.00' })

      const stolen = await bob.json.post('/countersign/challenges', { ticket: refusal.body.ticket })
      expect([stolen.status, stolen.body.type]).toEqual([400, problem('malformed')])

      bank.clock.advance(1)
      const { id, code } = await opened(alice, bank, refusal)
      bank.clock.advance(1)
      await alice.json.post(`/countersign/challenges/${id}/answer`, { code })
      const again = await alice.json.post('/countersign/challenges', { ticket: refusal.body.ticket })
      expect([again.status, again.body.type]).toEqual([409, problem('ticket-used-up')])

      bank.clock.advance(900)
      const late = await alice.json.post('/countersign/challenges', { ticket: old.body.ticket })
      expect([late.status, late.body.type]).toEqual([410, problem('ticket-expired')])
    })

    test('five wrong codes close the challenge, ten lock', async () => {
      const { bank, alice } = await aliceAtTheBank()
      for (const amount of ['1.00', '2.00']) {
        const { id, code } = await opened(alice, bank, await alice.json.post('/transfers', { ...transfer, amount }))
        for (let guess = 0; guess < 5; guess++)
          expect(
            (await alice.json.post(`/countersign/challenges/${id}/answer`, { code: otherThan(code) })).status,
          ).toBe(422)
        bank.clock.advance(31)
      }
      const refused = await alice.json.post('/transfers', transfer)
      expect([refused.status, refused.body.type]).toEqual([403, problem('step-up-locked')])
      expect(refused.body.retryAt).toEqual(expect.any(String))
      expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
    })

    test('nobody is answered 401, by the guard and by the routes', async () => {
      const bank = await aBank(loaded)
      const stranger = visitor(bank.app)

      expect((await stranger.json.post('/transfers', transfer)).body.type).toBe(problem('not-signed-in'))
      expect((await stranger.json.get('/countersign/challenges/abc')).status).toBe(401)
    })

    test('fields that do not stand in the body come from bind, and the guard keeps the rest of the path', async () => {
      const { bank, alice } = await aliceAtTheBank()
      const refusal = await alice.json.delete('/payees/p-17')
      expect(refusal.body.shown).toEqual({ id: 'p-17' })

      const { id, code } = await opened(alice, bank, refusal)
      const { body } = await alice.json.post(`/countersign/challenges/${id}/answer`, { code })
      const token = { 'Countersign-Elevation': body.elevation.token }
      expect((await alice.json.delete('/payees/p-18', token)).status).toBe(403)
      expect((await alice.json.delete('/payees/p-17', token)).status).toBe(204)
    })

    test('what needs nothing is allowed and still says who', async () => {
      const { alice } = await aliceAtTheBank()
      expect((await alice.json.get('/balance')).body).toEqual({ level: 'base' })
    })
  })

  describe('as a person without script', () => {
    test('a form is interrupted, confirmed, and sent again without typing it anew', async () => {
      const { bank, alice } = await aliceAtTheBank()

      const asked = await alice.page.post('/transfers', { ...transfer, _csrf: 'x' })
      expect([asked.status, asked.headers.location]).toEqual([
        303,
        expect.stringMatching(/^\/countersign\/step-up\?ticket=/),
      ])
      const ask = await alice.page.get(String(asked.headers.location))
      expect([ask.status, ask.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8'])
      expect(ask.text).toContain('250.00')
      expect(bank.inbox.messages()).toHaveLength(0)

      const sent = await alice.page.post('/countersign/challenges', formIn(ask.text, '/countersign/challenges'))
      expect([sent.status, sent.headers.location]).toEqual([
        303,
        expect.stringMatching(/^\/countersign\/challenges\/[^/]+\?ticket=/),
      ])
      const code = await alice.page.get(String(sent.headers.location))
      expect(code.text).toContain('autocomplete="one-time-code"')
      const [answerPath = ''] = /\/countersign\/challenges\/[^/"]+\/answer/.exec(code.text) ?? []

      const right = await bank.inbox.lastCode()
      const wrong = await alice.page.post(answerPath, { ...formIn(code.text, answerPath), code: otherThan(right) })
      expect(wrong.status).toBe(303)
      const told = await alice.page.get(String(wrong.headers.location))
      expect(told.text).toContain('4 tries left')
      expect((await alice.page.get(String(wrong.headers.location))).text).toContain('4 tries left')

      const answer = await alice.page.post(answerPath, { ...formIn(told.text, answerPath), code: right })
      expect(answer.status).toBe(303)
      expect(alice.jar.has('countersign-once')).toBe(true)
      const confirmed = await alice.page.get(String(answer.headers.location))
      const again = formIn(confirmed.text, '/transfers')
      expect(again).toEqual({ ...transfer, _csrf: 'x' })

      const done = await alice.page.post('/transfers', again)
      expect([done.status, bank.executed.length, alice.jar.has('countersign-once')]).toEqual([201, 1, false])
      const seen = await alice.page.get(String(answer.headers.location))
      expect(seen.text).toContain('Already confirmed')
    })

    test('a page that was asked for by GET is shown after the code', async () => {
      const { bank, alice } = await aliceAtTheBank()
      const ask = await alice.page.get(String((await alice.page.get('/notes?from=home')).headers.location))
      const sent = await alice.page.post('/countersign/challenges', formIn(ask.text, '/countersign/challenges'))
      const page = await alice.page.get(String(sent.headers.location))
      const [path = ''] = /\/countersign\/challenges\/[^/"]+\/answer/.exec(page.text) ?? []

      const answer = await alice.page.post(path, { ...formIn(page.text, path), code: await bank.inbox.lastCode() })

      expect([answer.status, answer.headers.location]).toEqual([303, '/notes?from=home'])
      expect((await alice.page.get('/notes?from=home')).status).toBe(200)
    })

    test('a form can be resumed as long as the challenge lives, though its ticket may open nothing any more', async () => {
      const { bank, alice } = await aliceAtTheBank()
      const asked = String((await alice.page.post('/transfers', transfer)).headers.location)
      bank.clock.advance(890)
      const ask = await alice.page.get(asked)
      const sent = await alice.page.post('/countersign/challenges', formIn(ask.text, '/countersign/challenges'))
      bank.clock.advance(200)
      const page = await alice.page.get(String(sent.headers.location))
      const [path = ''] = /\/countersign\/challenges\/[^/"]+\/answer/.exec(page.text) ?? []

      const answer = await alice.page.post(path, { ...formIn(page.text, path), code: await bank.inbox.lastCode() })
      const confirmed = await alice.page.get(String(answer.headers.location))
      expect(formIn(confirmed.text, '/transfers')).toEqual(transfer)

      const late = await alice.json.post('/countersign/challenges', { ticket: formIn(page.text, path).ticket })
      expect([late.status, late.body.type]).toEqual([410, problem('ticket-expired')])
    })

    test('cancelling, a new code too soon, a malformed code and five wrong ones each lead to a page that says so', async () => {
      const { bank, alice } = await aliceAtTheBank()
      const ask = await alice.page.get(String((await alice.page.post('/transfers', transfer)).headers.location))
      const sent = await alice.page.post('/countersign/challenges', formIn(ask.text, '/countersign/challenges'))
      const page = await alice.page.get(String(sent.headers.location))
      const [path = ''] = /\/countersign\/challenges\/[^/"]+\/answer/.exec(page.text) ?? []
      const fields = formIn(page.text, path)
      const after = async (to: string, more: object = {}) =>
        alice.page.get(
          String(
            (await alice.page.post(to, { ...(fields.ticket && { ticket: fields.ticket }), ...more })).headers.location,
          ),
        )

      expect((await after(path, { code: '12' })).text).toContain('8 digits')
      expect((await after(path.replace('answer', 'resend'))).text).toContain('A new code is possible at')
      const code = otherThan(await bank.inbox.lastCode())
      for (let guess = 0; guess < 4; guess++) await after(path, { code })
      expect((await after(path, { code })).text).toContain('Too many tries')
      expect((await after(path.replace('answer', 'cancel'))).text).toContain('Too many tries')
    })

    test('the link of a message shows, stops on POST, and says so', async () => {
      const { bank, alice } = await aliceAtTheBank()
      const { id, code } = await opened(alice, bank, await alice.json.post('/transfers', transfer))
      const [message] = bank.inbox.messages()
      const link = new URL(message?.notMeUrl.reveal() ?? '')
      const stranger = visitor(bank.app)

      const shown = await stranger.page.get(link.pathname + link.search)
      expect(shown.status).toBe(200)
      expect((await alice.json.get(`/countersign/challenges/${id}`)).body.challenge.closed).toBeUndefined()

      const stopped = await stranger.page.post('/countersign/not-me', { token: link.searchParams.get('token') ?? '' })
      expect(stopped.status).toBe(303)
      expect((await stranger.page.get(String(stopped.headers.location))).text).toContain('Stopped')
      const late = await alice.json.post(`/countersign/challenges/${id}/answer`, { code })
      expect([late.status, late.body.why]).toEqual([410, 'revoked'])
      expect((await stranger.page.get('/countersign/not-me?token=no')).status).toBe(404)
    })

    test('a page carries the headers of R-36 and its files are kept for ever', async () => {
      const { alice } = await aliceAtTheBank()
      const ask = await alice.page.get(String((await alice.page.post('/transfers', transfer)).headers.location))

      expect(ask.headers).toMatchObject({
        'cache-control': 'no-store',
        'referrer-policy': 'same-origin',
        'x-content-type-options': 'nosniff',
        'cross-origin-opener-policy': 'same-origin',
      })
      const policy = String(ask.headers['content-security-policy'])
      expect(policy).toContain("default-src 'none'")
      expect(policy).not.toContain('unsafe')
      expect(ask.headers['x-powered-by']).toBeUndefined()
      expect(ask.headers.vary).toMatch('Accept')
      const files = [...ask.text.matchAll(/\/countersign\/assets\/[\w.-]+/g)].map(([path]) => path)
      expect(files).toHaveLength(2)
      for (const path of files) {
        const file = await alice.page.get(path)
        expect([file.status, file.headers['cache-control']]).toEqual([200, 'public, max-age=31536000, immutable'])
      }
    })

    test.each(['/countersign/challenges/%ZZ', '/countersign/challenges/%E0%A4%A', '/countersign/assets/%ZZ'])(
      '%s is malformed, for a program and for a browser',
      async (path) => {
        const { alice } = await aliceAtTheBank()

        const program = await alice.json.get(path)
        const browser = await alice.page.get(path)

        expect([program.status, program.body.type]).toEqual([400, problem('malformed')])
        expect([browser.status, browser.headers['cache-control']]).toEqual([400, 'no-store'])
        expect(browser.text).toContain('<main class="cs-main">')
      },
    )

    test('the language is the application’s word, else the chosen one, else the browser’s', async () => {
      const { alice } = await aliceAtTheBank()
      const path = String((await alice.page.post('/transfers', transfer)).headers.location)

      const german = await alice.raw((agent) =>
        agent.get(path).set({ Accept: 'text/html', 'Accept-Language': 'de-CH,de;q=0.9' }),
      )
      expect(german.text).toContain('<html lang="de"')
      await alice.page.get(`${path}&language=de`)
      expect((await alice.page.get(path)).text).toContain('<html lang="de"')
    })
  })

  describe('signing out', () => {
    test('ends the session and what it was worth, also when the person signs in again', async () => {
      const { bank, alice } = await aliceAtTheBank()
      const { id, code } = await opened(alice, bank, await alice.json.get('/notes'))
      const { body } = await alice.json.post(`/countersign/challenges/${id}/answer`, { code })
      const token = { 'Countersign-Elevation': body.elevation.token }

      expect((await alice.json.post('/sign-out', {})).body).toEqual({ outcome: 'signed-out' })

      expect(alice.jar.has('countersign')).toBe(false)
      const withToken = () => alice.raw((agent) => agent.get('/notes').set({ Accept: 'application/json', ...token }))
      expect((await withToken()).body.type).toBe(problem('not-signed-in'))
      await alice.json.post('/sign-in', { user: 'alice' })
      expect((await withToken()).body.type).toBe(problem('step-up-required'))
      expect((await visitor(bank.app).json.post('/sign-out', {})).body).toEqual({ outcome: 'nobody' })
    })

    test('another person in the same session gets another key', async () => {
      const { bank, alice } = await aliceAtTheBank()
      const refusal = await alice.json.get('/notes')
      await alice.json.post('/sign-in', { user: 'bob' })

      expect((await alice.json.post('/countersign/challenges', { ticket: refusal.body.ticket })).status).toBe(400)
      await opened(alice, bank, await alice.json.get('/notes'))
      expect(bank.inbox.messages().at(-1)?.to.address.reveal()).toBe('bob@example.test')
    })
  })
}

/** The fields of the form of a page that posts to a path. */
export function formIn(html: string, action: string): Record<string, string> {
  const form = [...html.matchAll(/<form[^>]*action="([^"]*)"[^>]*>([\s\S]*?)<\/form>/g)].find(([, to]) => to === action)
  const inputs = [...(form?.[2] ?? '').matchAll(/<input[^>]*>/g)].map(([input]) => input)
  const attribute = (input: string, name: string) => new RegExp(`\\b${name}="([^"]*)"`).exec(input)?.[1] ?? ''
  const fields = inputs
    .filter((input) => /type="hidden"/.test(input) || / checked/.test(input))
    .map((input) => [attribute(input, 'name'), attribute(input, 'value')] as const)
  return Object.fromEntries(fields)
}
