import express from 'express'
import request from 'supertest'
import { stepUp } from '../../src/index.js'
import {
  account,
  aliceAtTheBank,
  hasACode,
  ownForm,
  picksUp,
  problem,
  steppedUp,
  steppedUpByForms,
} from './at-the-account.js'
import { aBank, type Bank } from './bank.js'
import { formIn } from './journeys.js'
import { opened, otherThan, signedIn, visitor } from './visitor.js'

describe('the account as a program sees it', () => {
  test('says where a person is reached, that there is no code, and what happened', async () => {
    const { alice } = await aliceAtTheBank()

    const { status, headers, body } = await alice.json.get(account)

    expect([status, headers['cache-control']]).toEqual([200, 'no-store'])
    expect(body).toEqual({
      contacts: [{ id: expect.any(String), kind: 'email', masked: 'a***@e***.test', proved: true }],
      securityCode: { state: 'none', missing: [] },
      activity: [],
    })
  })

  test('a code is issued, shown after a step-up, and works once it is said to be kept', async () => {
    const { bank, alice } = await aliceAtTheBank()

    const issued = await alice.json.post(`${account}/code/issue`, {})
    expect(issued.status).toBe(201)
    expect(issued.body.securityCode).toMatchObject({ state: 'issued', waiting: { delivery: 'pickup', shown: false } })

    const refused = await alice.json.post(`${account}/code/show`, {})
    expect([refused.status, refused.body.type]).toEqual([403, problem('step-up-required')])
    const shown = await steppedUp(bank, alice, `${account}/code/show`)
    expect(shown.status).toBe(200)
    expect(shown.body).toEqual({ code: expect.stringMatching(/^\w{5}-\w{5}$/), until: expect.any(String) })

    const active = await alice.json.post(`${account}/code/activate`, {})
    expect([active.status, active.body.securityCode.state]).toEqual([200, 'active'])
    const again = await alice.json.post(`${account}/code/issue`, {})
    expect([again.status, again.body.type]).toEqual([409, problem('security-code-exists')])
    const { activity } = (await alice.json.get(account)).body
    expect(activity.slice(0, 2).map(({ type }: { type: string }) => type)).toEqual(['code.activated', 'code.shown'])
    expect(JSON.stringify(activity)).not.toMatch(/binding|session|elevation"|challenge"/)
  })

  test('a code that is typed has to be the one that was shown', async () => {
    const { bank, alice } = await aliceAtTheBank()
    await alice.json.post(`${account}/code/issue`, {})
    const code = await picksUp(bank, alice)
    const enter = (typed: string) => alice.json.post(`${account}/code/activate`, { code: typed })

    const wrong = await enter('00000-00000')
    expect([wrong.status, wrong.body.type]).toEqual([422, problem('wrong-code')])
    const malformed = await enter('no')
    expect([malformed.status, malformed.body.type]).toEqual([400, problem('malformed')])
    expect((await enter(code.toLowerCase())).status).toBe(200)
    const over = await enter(code)
    expect([over.status, over.body.type]).toEqual([409, problem('nothing-waiting')])
  })

  test('a code is replaced and revoked, and reporting a loss needs no step-up', async () => {
    const { bank, alice } = await aliceAtTheBank()
    const early = await alice.json.post(`${account}/code/rotate`, {})
    expect([early.status, early.body.type]).toEqual([409, problem('nothing-to-replace')])
    const code = await hasACode(bank, alice)

    const refused = await alice.json.post(`${account}/code/rotate`, {})
    expect([refused.status, refused.body.type]).toEqual([403, problem('step-up-required')])
    expect(refused.body.factors).toEqual([{ id: 'security-code', kind: 'security-code' }])
    const rotated = await steppedUp(bank, alice, `${account}/code/rotate`, {}, code)
    expect([rotated.status, rotated.body.securityCode.state]).toEqual([201, 'active'])
    expect(await picksUp(bank, alice)).not.toBe(code)
    const revoked = await alice.json.post(`${account}/code/revoke`, {})

    expect([revoked.status, revoked.body.securityCode.state]).toEqual([200, 'revoked'])
  })

  test('who cannot show the code gets the next one after a day, and nobody is asked for anything before', async () => {
    const { bank, alice } = await aliceAtTheBank()
    await hasACode(bank, alice)

    const lost = await alice.json.post(`${account}/code/lost`, {})
    expect([lost.status, lost.body.securityCode.state]).toEqual([201, 'active'])
    const from = new Date(bank.clock.now().getTime() + 86_400_000).toISOString()
    expect(lost.body.securityCode.waiting).toMatchObject({ delivery: 'pickup', from })
    const early = await alice.json.post(`${account}/code/show`, {})
    expect([early.status, early.body.type, early.body.from]).toEqual([409, problem('security-code-not-ready'), from])
    expect(early.headers['retry-after']).toBe('86400')
    bank.clock.advance(86_400)
    expect((await steppedUp(bank, alice, `${account}/code/show`)).status).toBe(200)
    const { activity } = (await alice.json.get(account)).body
    expect(activity.map(({ type }: { type: string }) => type)).toContain('code.asked')
  })

  test('[Not me] beside a code that was asked for without the one before it stops that one alone', async () => {
    const { bank, alice } = await aliceAtTheBank()
    await hasACode(bank, alice)
    await alice.json.post(`${account}/code/lost`, {})
    const [{ type, id: event }] = (await alice.json.get(account)).body.activity

    const stopped = await alice.json.post(`${account}/not-me`, { event })

    expect([type, stopped.body.outcome]).toEqual(['code.asked', 'stopped'])
    const { securityCode, activity } = (await alice.json.get(account)).body
    expect([securityCode.state, securityCode.waiting]).toEqual(['active', undefined])
    expect(activity[0].type).toBe('code.stopped')
  })

  test('a code after a revocation waits a day, too, and four of them can be begun in a day', async () => {
    const { bank, alice } = await aliceAtTheBank()
    await hasACode(bank, alice)
    const asked: number[] = []
    for (let turn = 0; turn < 5; turn++) {
      await alice.json.post(`${account}/code/revoke`, {})
      asked.push((await alice.json.post(`${account}/code/issue`, {})).status)
    }

    expect(asked).toEqual([201, 201, 201, 201, 429])
    expect((await alice.json.post(`${account}/code/show`, {})).body.type).toBe(problem('nothing-waiting'))
  })

  test('what an administrator made ready has to be asked for with the code that works', async () => {
    const { bank, alice } = await aliceAtTheBank()
    const code = await hasACode(bank, alice)
    await bank.countersign.codes.rotate({ subject: 'alice', by: 'clerk 7', endsInDays: 7 })

    const early = await alice.json.post(`${account}/code/show`, {})
    expect([early.status, early.body.type, early.body.from]).toEqual([
      409,
      problem('security-code-not-ready'),
      undefined,
    ])
    expect((await alice.page.get(account)).text).toContain('A new code waits for you.')
    await steppedUp(bank, alice, `${account}/code/rotate`, {}, code)
    expect(await picksUp(bank, alice)).toMatch(/^\w{5}-\w{5}$/)
  })

  test('nobody is asked for a code when there is nothing to see', async () => {
    const { bank, alice } = await aliceAtTheBank()

    const refused = await alice.json.post(`${account}/code/show`, {})

    expect([refused.status, refused.body.type]).toEqual([409, problem('nothing-waiting')])
    expect(bank.inbox.messages()).toEqual([])
  })

  test('what is still to be proved is named', async () => {
    const { alice } = await aliceAtTheBank({
      contactsOf: () => [{ kind: 'email', address: 'alice@example.test', proved: false }],
    })

    const refused = await alice.json.post(`${account}/code/issue`, {})

    expect([refused.status, refused.body.type]).toEqual([422, problem('proofs-missing')])
    expect(refused.body.missing).toEqual([{ what: 'contact', more: 1 }])
  })
})

describe('the account as a person sees it', () => {
  test('a code is asked for, shown once by a form, and made to work by its button', async () => {
    const { bank, alice } = await aliceAtTheBank()
    const first = await alice.page.get(account)
    expect(first.text).toContain('Your security')
    expect(formIn(first.text, `${account}/code/issue`)).toEqual(ownForm)

    const issued = await alice.page.post(`${account}/code/issue`, ownForm)
    expect([issued.status, issued.headers.location]).toEqual([303, account])
    expect((await alice.page.get(account)).text).toContain('Your code is ready. We show it once.')

    const shown = await steppedUpByForms(bank, alice, `${account}/code/show`, ownForm)
    expect(shown.status).toBe(200)
    expect(shown.headers['cache-control']).toBe('no-store')
    expect(shown.text).toMatch(/\b\w{5}-\w{5}\b/)

    const done = await alice.page.post(`${account}/code/activate`, formIn(shown.text, `${account}/code/activate`))
    expect([done.status, done.headers.location]).toEqual([303, account])
    const page = await alice.page.get(account)
    expect(page.text).toContain('Active until')
    expect(page.text).toContain('Security code active')
  })

  test('a reload of the shown code shows no other: it is asked for again', async () => {
    const { bank, alice } = await aliceAtTheBank()
    await alice.page.post(`${account}/code/issue`, ownForm)
    await steppedUpByForms(bank, alice, `${account}/code/show`, ownForm)

    const again = await alice.page.post(`${account}/code/show`, ownForm)

    expect(again.status).toBe(303)
    expect(again.headers.location).toMatch(/^\/countersign\/step-up\?ticket=/)
  })

  test('a wrong entry is said on the page, and each ending is opened before it can be pressed', async () => {
    const { bank, alice } = await aliceAtTheBank()
    const code = await hasACode(bank, alice)
    expect((await alice.page.get(account)).text).toMatch(/<details[^>]*><summary>Revoke<\/summary>/)
    await steppedUp(bank, alice, `${account}/code/rotate`, {}, code)
    await picksUp(bank, alice)

    const wrong = await alice.page.post(`${account}/code/activate`, { ...ownForm, code: '00000-00000' })

    expect((await alice.page.get(String(wrong.headers.location))).text).toContain('That code does not match.')
  })

  test('a lost code is said to be lost by its form, and the page tells from when the next one is shown', async () => {
    const { bank, alice } = await aliceAtTheBank()
    await hasACode(bank, alice)
    const page = await alice.page.get(account)
    expect(page.text).toMatch(/<details[^>]*><summary>Replace<\/summary>/)

    const lost = await alice.page.post(`${account}/code/lost`, formIn(page.text, `${account}/code/lost`))

    expect([lost.status, lost.headers.location]).toEqual([303, account])
    const waiting = await alice.page.get(account)
    expect(waiting.text).toContain('A new code was asked for.')
    expect(waiting.text).toContain('New security code asked for, without the old one')
    expect(waiting.text).not.toContain(`${account}/code/show`)
    expect(waiting.text).not.toContain(`${account}/code/lost`)
    bank.clock.advance(86_400)
    expect((await alice.page.get(account)).text).toContain('Your code is ready. We show it once.')
  })

  test('who had a code is told that the next one waits a day, before it is asked for', async () => {
    const { bank, alice } = await aliceAtTheBank()
    await hasACode(bank, alice)
    await alice.page.post(`${account}/code/revoke`, ownForm)

    expect((await alice.page.get(account)).text).toContain('you get the new one after a day')
  })

  test('a code is replaced by forms, with the one that works', async () => {
    const { bank, alice } = await aliceAtTheBank()
    const code = await hasACode(bank, alice)
    const page = await alice.page.get(account)

    const refused = await alice.page.post(`${account}/code/rotate`, formIn(page.text, `${account}/code/rotate`))
    const ask = await alice.page.get(String(refused.headers.location))
    const sent = await alice.page.post('/countersign/challenges', formIn(ask.text, '/countersign/challenges'))
    const address = String(sent.headers.location)
    const answer = `${address.replace(/\?.*/, '')}/answer`
    const typed = formIn((await alice.page.get(address)).text, answer)
    const passed = await alice.page.post(answer, { ...typed, code })
    const confirmed = await alice.page.get(String(passed.headers.location))
    const replaced = await alice.page.post(`${account}/code/rotate`, formIn(confirmed.text, `${account}/code/rotate`))

    expect([replaced.status, replaced.headers.location]).toEqual([303, account])
    expect((await alice.page.get(account)).text).toContain('Your code is ready. We show it once.')
  })

  test('is in German for who reads German', async () => {
    const { bank, alice } = await aliceAtTheBank()
    await hasACode(bank, alice)
    alice.jar.set('countersign-language', 'de')

    const page = await alice.page.get(account)

    expect(page.text).toContain('Aktiv bis')
    expect(page.text).toContain('Sicherheitscode gezeigt')
    expect(page.text).toContain('Code sperren. Er gilt sofort nirgends mehr.')
  })

  test('is where a stopped message leads', async () => {
    const { bank, alice } = await aliceAtTheBank()
    await opened(alice, bank, await alice.json.get('/notes'))
    const link = new URL(bank.inbox.messages().at(-1)?.notMeUrl.reveal() ?? '')
    await alice.page.post('/countersign/not-me', { token: link.searchParams.get('token') ?? '' })

    expect((await alice.page.get(link.pathname + link.search)).text).toContain(`href="${account}"`)
  })
})

describe('the contacts of the account', () => {
  test('an address that is proved already is refused, at its form in words', async () => {
    const { bank, alice } = await aliceAtTheBank()
    const own = { address: 'alice@example.test' }

    const refused = await steppedUp(bank, alice, `${account}/contacts`, own)
    expect([refused.status, refused.body.type]).toEqual([409, problem('already-there')])
    bank.clock.advance(31)
    const form = await steppedUpByForms(bank, alice, `${account}/contacts`, { ...ownForm, ...own })
    expect((await alice.page.get(String(form.headers.location))).text).toContain(
      'This address is one of yours already.',
    )
  })

  test('an address that waits says how long its code can be typed, and how often', async () => {
    const { bank, alice } = await aliceAtTheBank()
    await steppedUp(bank, alice, `${account}/contacts`, { address: 'second@example.test' })
    const pending = async () => (await alice.json.get(account)).body.pending

    expect(await pending()).toEqual({
      kind: 'email',
      masked: 's***@e***.test',
      expiresAt: expect.any(String),
      codeUntil: new Date(bank.clock.now().getTime() + 600_000).toISOString(),
      attemptsLeft: 5,
    })
    bank.clock.advance(600)
    expect(await pending()).toMatchObject({ codeOver: 'code-expired' })
  })

  test('a proof that needs no step-up does not void an address that waits behind one', async () => {
    const { bank, alice } = await aliceAtTheBank({
      contactsOf: () => [
        { kind: 'email', address: 'alice@example.test', proved: true },
        { kind: 'email', address: 'old@example.test', proved: false },
      ],
    })
    await steppedUp(bank, alice, `${account}/contacts`, { address: 'second@example.test' })
    const { contacts } = (await alice.json.get(account)).body

    const refused = await alice.json.post(`${account}/contacts/verify`, { contact: contacts[1].id })

    expect([refused.status, refused.body.type]).toEqual([409, problem('prove-first')])
  })

  test('more than ten asks for a proof in a day are refused', async () => {
    const { bank, alice } = await aliceAtTheBank({ contactsOf: () => [] })
    for (let number = 0; number < 10; number++)
      await bank.countersign.contacts.claim({ subject: 'alice', kind: 'email', address: `n${number}@example.test` })

    const refused = await alice.json.post(`${account}/contacts/correct`, { address: 'right@example.test' })

    expect([refused.status, refused.body.type]).toEqual([429, problem('too-many-changes')])
  })

  const second = { address: 'second@example.test' }
  const proofCode = (bank: Bank) => {
    const proof = bank.inbox.messages().findLast(({ kind }) => kind === 'contact-proof')
    return proof?.kind === 'contact-proof' ? proof.code.reveal() : ''
  }

  test('a second one is added after a step-up, proved by its code, and removed after another', async () => {
    const { bank, alice } = await aliceAtTheBank()
    const added = await steppedUp(bank, alice, `${account}/contacts`, second)
    expect([added.status, added.body.pending.masked]).toEqual([202, 's***@e***.test'])
    await new Promise((resolve) => setTimeout(resolve, 50))

    const malformed = await alice.json.post(`${account}/contacts/prove`, { code: 'no' })
    expect([malformed.status, malformed.body.type]).toEqual([400, problem('malformed')])
    const wrong = await alice.json.post(`${account}/contacts/prove`, { code: otherThan(proofCode(bank)) })
    expect([wrong.status, wrong.body.type]).toEqual([422, problem('wrong-code')])
    expect((await alice.json.post(`${account}/contacts/prove`, { code: proofCode(bank) })).status).toBe(200)

    const { contacts } = (await alice.json.get(account)).body
    expect(contacts).toHaveLength(2)
    bank.clock.advance(31)
    const removed = await steppedUp(bank, alice, `${account}/contacts/remove`, { contact: contacts[1].id })
    expect(removed.status).toBe(204)
  })

  test('the last one stays, an unknown one is not found, and nobody is asked for a code for either', async () => {
    const { bank, alice } = await aliceAtTheBank()
    const [{ id }] = (await alice.json.get(account)).body.contacts
    const last = await alice.json.post(`${account}/contacts/remove`, { contact: id })
    const unknown = await alice.json.post(`${account}/contacts/change`, { contact: 'nobody', ...second })
    const nothing = await alice.json.post(`${account}/contacts/correct`, second)

    expect([last.status, last.body.type]).toEqual([409, problem('last-contact')])
    expect(unknown.status).toBe(404)
    expect(nothing.body.type).toBe(problem('nothing-waiting'))
    expect(bank.inbox.messages()).toEqual([])
  })

  test('an address is added by forms', async () => {
    const { bank, alice } = await aliceAtTheBank()

    const added = await steppedUpByForms(bank, alice, `${account}/contacts`, { ...ownForm, ...second })
    expect([added.status, added.headers.location]).toEqual([303, account])
    expect((await alice.page.get(account)).text).toContain('s***@e***.test')
  })
})

describe('the account is kept from', () => {
  test('whoever is not signed in', async () => {
    const { bank } = await aliceAtTheBank()
    const stranger = visitor(bank.app)

    expect((await stranger.json.get(account)).status).toBe(401)
    // Who follows a bookmark has no cookie yet, and is not to be sent in a circle for it.
    expect((await stranger.page.get(account)).text).toContain('You are not signed in')
    expect((await stranger.json.post(`${account}/code/revoke`, {})).status).toBe(401)
  })

  test('other origins and unknown fields', async () => {
    const { bank, alice } = await aliceAtTheBank()
    const cookie = [...alice.jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const foreign = await request(bank.app)
      .post(`${account}/code/revoke`)
      .set({ Cookie: cookie, 'Sec-Fetch-Site': 'cross-site', Origin: 'https://evil.example' })
    const unknown = await alice.json.post(`${account}/code/issue`, { by: 'admin' })

    expect(unknown.status).toBe(400)
    expect([foreign.status, foreign.body.type]).toEqual([403, problem('foreign-origin')])
  })

  test('where nobody gets a security code, its routes and its section are absent', async () => {
    const bank = await aBank({ express, stepUp })
    const alice = await signedIn(bank)

    expect((await alice.json.post(`${account}/code/issue`, {})).status).toBe(404)
    expect((await alice.json.get(account)).body.securityCode).toBeUndefined()
  })
})
