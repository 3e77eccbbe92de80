import request from 'supertest'
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
import type { BankParts } from './bank.js'
import { formIn } from './journeys.js'
import { opened, otherThan, setCookies, signedIn, type Visitor } from './visitor.js'

const unproved: BankParts = {
  contactsOf: () => [{ kind: 'email', address: 'alice@example.test', proved: false }],
}

/** Sends a form and looks at the page that it leads to. */
async function sent(alice: Visitor, path: string, fields: Record<string, string> = {}): Promise<string> {
  const answer = await alice.page.post(`${account}/${path}`, { ...ownForm, ...fields })
  expect(answer.status).toBe(303)
  return (await alice.page.get(String(answer.headers.location))).text
}

/** The one field that stands out, as a page shows it. */
function wrongField(page: string): string {
  const [field = 'none'] = /<input[^>]*aria-invalid="true"[^>]*>/.exec(page) ?? []
  return field
}

function contactIn(page: string): string {
  return formIn(page, `${account}/contacts/verify`).contact ?? ''
}

describe('an address that is not proved', () => {
  test('is sent its code by a button, and proved by typing it', async () => {
    const { bank, alice } = await aliceAtTheBank(unproved)
    const page = (await alice.page.get(account)).text
    expect(page).toContain('To get one, verify an address first.')
    expect(page).not.toContain(`action="${account}/contacts"`)

    const waiting = await sent(alice, 'contacts/verify', { contact: contactIn(page) })
    expect(waiting).toContain('We wrote to')
    expect(waiting).toContain('Send it again')
    const proved = await sent(alice, 'contacts/prove', { code: await bank.inbox.lastCode() })

    expect(proved).toContain('Verified.')
    expect(formIn(proved, `${account}/code/issue`)).toEqual(ownForm)
  })

  test('is sent its code for a program, too, and no other contact is known', async () => {
    const { bank, alice } = await aliceAtTheBank(unproved)
    const [{ id }] = (await alice.json.get(account)).body.contacts

    const asked = await alice.json.post(`${account}/contacts/verify`, { contact: id })
    expect([asked.status, asked.body.pending.masked]).toEqual([202, 'a***@e***.test'])
    expect((await alice.json.post(`${account}/contacts/verify`, { contact: 'another' })).status).toBe(404)
    expect((await alice.json.post(`${account}/contacts/verify`, {})).status).toBe(400)
    expect((await alice.json.post(`${account}/contacts/prove`, { code: await bank.inbox.lastCode() })).status).toBe(200)
    expect((await alice.json.post(`${account}/contacts/verify`, { contact: id })).status).toBe(404)
  })
})

describe('an address that is not proved beside one that is', () => {
  test('is removed by its form, after a step-up, and the proved one has none', async () => {
    const { bank, alice } = await aliceAtTheBank({
      contactsOf: () => [
        { kind: 'email', address: 'alice@example.test', proved: true },
        { kind: 'email', address: 'old@example.test', proved: false },
      ],
    })
    const page = (await alice.page.get(account)).text
    const form = formIn(page, `${account}/contacts/remove`)
    expect(form).toEqual({ ...ownForm, contact: contactIn(page) })
    expect(page.split(`action="${account}/contacts/remove"`)).toHaveLength(2)

    const removed = await steppedUpByForms(bank, alice, `${account}/contacts/remove`, form)

    expect([removed.status, removed.headers.location]).toEqual([303, account])
    const { contacts } = (await alice.json.get(account)).body
    expect(contacts).toEqual([expect.objectContaining({ masked: 'a***@e***.test', proved: true })])
  })
})

describe('an address of the sign-up that was mistyped', () => {
  test.each([
    ['before anything was sent to it', false],
    ['while its proof waits', true],
  ])('is corrected by a form %s, and the right one takes its place', async (_, waits) => {
    const { bank, alice } = await aliceAtTheBank(unproved)
    if (waits) await sent(alice, 'contacts/verify', { contact: contactIn((await alice.page.get(account)).text) })
    const page = (await alice.page.get(account)).text
    expect(formIn(page, `${account}/contacts/correct`)).toMatchObject(ownForm)

    expect(await sent(alice, 'contacts/correct', { address: 'right@mail.test' })).toContain('r***@m***.test')
    await sent(alice, 'contacts/prove', { code: await bank.inbox.lastCode() })

    const { contacts, pending } = (await alice.json.get(account)).body
    expect([contacts, pending]).toEqual([
      [expect.objectContaining({ masked: 'r***@m***.test', proved: true })],
      undefined,
    ])
  })

  test('is corrected by a program, too', async () => {
    const { alice } = await aliceAtTheBank(unproved)

    const asked = await alice.json.post(`${account}/contacts/correct`, { address: 'right@mail.test' })

    expect([asked.status, asked.body.pending.masked]).toEqual([202, 'r***@m***.test'])
  })

  test('is no matter any more once one is proved', async () => {
    const { alice } = await aliceAtTheBank()

    expect((await alice.page.get(account)).text).not.toContain(`${account}/contacts/correct`)
  })
})

describe('an address that waits', () => {
  async function waiting() {
    const { bank, alice } = await aliceAtTheBank()
    await steppedUpByForms(bank, alice, `${account}/contacts`, { ...ownForm, address: 'second@example.test' })
    return { bank, alice, first: await bank.inbox.lastCode() }
  }

  test('is sent its code once more by a button, whichever it is', async () => {
    const { bank, alice, first } = await waiting()
    bank.clock.advance(31)

    const page = await sent(alice, 'contacts/resend')
    expect(page).toContain('We wrote to <strong><bdi>s***@e***.test')

    expect((await alice.json.post(`${account}/contacts/prove`, { code: first })).status).toBe(422)
    expect(await sent(alice, 'contacts/prove', { code: await bank.inbox.lastCode() })).toContain('s***@e***.test')
    expect((await alice.json.post(`${account}/contacts/resend`, {})).body.type).toBe(problem('nothing-waiting'))
  })

  test('is given up by a button, and its code is worth nothing then', async () => {
    const { alice, first } = await waiting()
    expect(formIn((await alice.page.get(account)).text, `${account}/contacts/withdraw`)).toEqual(ownForm)

    const page = await sent(alice, 'contacts/withdraw')

    expect(page).not.toContain('We wrote to')
    expect(page).toContain('s***@e***.test not taken')
    expect((await alice.json.post(`${account}/contacts/prove`, { code: first })).status).toBe(409)
    expect((await alice.json.post(`${account}/contacts/withdraw`, {})).status).toBe(409)
  })

  test('is given up by a program, which then finds nothing waiting', async () => {
    const { alice } = await waiting()

    expect((await alice.json.post(`${account}/contacts/withdraw`, {})).status).toBe(204)
    expect((await alice.json.get(account)).body.pending).toBeUndefined()
  })

  test('says after five wrong codes that there were too many', async () => {
    const { alice, first } = await waiting()
    for (let tries = 0; tries < 5; tries++)
      await alice.json.post(`${account}/contacts/prove`, { code: otherThan(first) })

    const page = await sent(alice, 'contacts/prove', { code: first })

    expect(page).toContain('Too many tries with this code.')
    expect(page).not.toContain('That no longer waits for you.')
  })

  test('says after ten minutes that its code no longer works', async () => {
    const { bank, alice, first } = await waiting()
    bank.clock.advance(601)

    expect(await sent(alice, 'contacts/prove', { code: first })).toContain('That code no longer works.')
  })
})

describe('nobody is asked for a code for what would be refused after it', () => {
  const people = (count: number): BankParts => ({
    contactsOf: () =>
      Array.from({ length: count }, (_, one) => ({ kind: 'email', address: `a${one}@example.test`, proved: true })),
  })
  const eleventh = { address: 'eleventh@example.test' }

  test('an eleventh address', async () => {
    const { bank, alice } = await aliceAtTheBank(people(10))

    const refused = await alice.json.post(`${account}/contacts`, eleventh)

    expect([refused.status, refused.body.type]).toEqual([409, problem('too-many-contacts')])
    expect(await sent(alice, 'contacts', eleventh)).toContain('There is no room for another address.')
    expect(bank.inbox.messages()).toEqual([])
  })

  test('a fifth change within a day; the day after it is asked for again', async () => {
    const { bank, alice } = await aliceAtTheBank(people(7))
    const { contacts } = (await alice.json.get(account)).body
    for (const { id } of contacts.slice(0, 4)) {
      await steppedUp(bank, alice, `${account}/contacts/remove`, { contact: id })
      bank.clock.advance(61)
    }
    const contact = contacts[4].id

    const fifth = [
      await alice.json.post(`${account}/contacts/remove`, { contact }),
      await alice.json.post(`${account}/contacts/change`, { contact, ...eleventh }),
      await alice.json.post(`${account}/contacts`, eleventh),
    ]
    bank.clock.advance(86_400)

    for (const { status, body } of fifth) expect([status, body.type]).toEqual([429, problem('too-many-changes')])
    expect((await alice.json.post(`${account}/contacts/remove`, { contact })).body.type).toBe(
      problem('step-up-required'),
    )
  })
})

describe('a form of the account page that was refused', () => {
  test('stands open with what was typed, its error beside the field, and the title says so', async () => {
    const { alice } = await aliceAtTheBank()

    const page = await sent(alice, 'contacts', { address: 'alice@nowhere' })

    expect(page).toContain('<title>Error: Your security')
    expect(page).toMatch(/<details class="cs-opening" open><summary>Add</)
    expect(page).toContain('This is no e-mail address.')
    expect(wrongField(page)).toMatch(
      / id="address-add" .* value="alice@nowhere" aria-describedby="address-add-error" .* autofocus/,
    )
  })

  test('names the contact that it was about', async () => {
    const { alice } = await aliceAtTheBank()
    const page = (await alice.page.get(account)).text
    const { contact = '' } = formIn(page, `${account}/contacts/change`)

    const refused = await sent(alice, 'contacts/change', { contact, address: 'no' })

    expect(wrongField(refused)).toContain(`id="address-change-${contact}"`)
  })

  test('never shows a code again that was typed', async () => {
    const { bank, alice } = await aliceAtTheBank(unproved)
    const page = (await alice.page.get(account)).text
    await sent(alice, 'contacts/verify', { contact: contactIn(page) })
    const typed = otherThan(await bank.inbox.lastCode())

    const wrong = await sent(alice, 'contacts/prove', { code: typed })
    const malformed = await sent(alice, 'contacts/prove', { code: 'four' })

    expect(wrongField(wrong)).toContain('id="proof-code"')
    expect(wrong).toContain('That code does not match.')
    expect(malformed).toContain('The code has 8 digits.')
    expect(wrong + malformed).not.toContain(typed)
  })

  test('without a field says above everything what is the matter, and has the focus there', async () => {
    const { alice } = await aliceAtTheBank()
    const [{ id }] = (await alice.json.get(account)).body.contacts

    const page = await sent(alice, 'contacts/remove', { contact: id })

    expect(page).toMatch(/<div class="cs-notice cs-danger" tabindex="-1" autofocus>.*The last address stays/)
    expect(page).toContain('<title>Error: Your security')
  })

  test('keeps what was typed over a step-up that was cancelled', async () => {
    const { alice } = await aliceAtTheBank()
    await alice.page.post(`${account}/contacts`, { ...ownForm, address: 'second@example.test' })

    const page = (await alice.page.get(account)).text

    expect(page).toContain('value="second@example.test"')
    expect(page).toContain('<title>Your security')
  })

  test('forgets what was typed once it is done, and keeps it from everybody else', async () => {
    const { bank, alice } = await aliceAtTheBank()
    const second = { ...ownForm, address: 'second@example.test' }
    const draft = setCookies(await alice.page.post(`${account}/contacts`, second)).find((one) => one.includes('draft'))
    expect(draft).toMatch(
      /^countersign-draft=[^;]*; Max-Age=900; Path=\/countersign\/account; .*HttpOnly; SameSite=Lax/,
    )
    const bob = await signedIn(bank, 'bob')
    bob.jar.set('countersign-draft', alice.jar.get('countersign-draft') ?? '')
    expect((await bob.page.get(account)).text).not.toContain('second@example.test')

    await steppedUpByForms(bank, alice, `${account}/contacts`, second)

    expect((await alice.page.get(account)).text).not.toContain('second@example.test')
  })

  test('repeats no contact that is none, however long it is', async () => {
    const { alice } = await aliceAtTheBank()

    for (const contact of ['€'.repeat(1700), 'f1"><script>', 'f1\r\nSet-Cookie: a=b']) {
      const refused = await alice.page.post(`${account}/contacts/change`, {
        ...ownForm,
        contact,
        address: 'b@example.test',
      })

      expect(refused.headers.location).toBe(`${account}?said=nothing-waiting&form=change`)
      expect(setCookies(refused).join('').length).toBeLessThan(400)
    }
  })

  test('is told of too many requests on its own page', async () => {
    const { bank, alice } = await aliceAtTheBank({ options: { clientLimits: 'on' } })
    const tries = Array.from({ length: 31 }, () => alice.page.post(`${account}/code/issue`, ownForm))
    const last = (await Promise.all(tries)).find(({ headers }) => String(headers.location).includes('busy'))

    const page = (await alice.page.get(String(last?.headers.location))).text

    expect(page).toContain('Too many requests')
    expect(page).toContain('Security code')
    expect(bank.executed).toEqual([])
  })

  test('was pressed twice, and what the first did is no error of the second', async () => {
    const { bank, alice } = await aliceAtTheBank()
    await alice.json.post(`${account}/code/issue`, {})
    await picksUp(bank, alice)

    await sent(alice, 'code/activate')
    const second = await sent(alice, 'code/activate')

    expect(second).toContain('<title>Your security')
    expect(second).toContain('Active until')
  })
})

describe('a security code', () => {
  test('is shown once although its button is pressed twice at once', async () => {
    const { bank, alice } = await aliceAtTheBank()
    await alice.json.post(`${account}/code/issue`, {})
    const { id, code } = await opened(alice, bank, await alice.json.post(`${account}/code/show`, {}))
    const { body } = await alice.json.post(`/countersign/challenges/${id}/answer`, { code })
    const show = () => alice.json.post(`${account}/code/show`, {}, { 'Countersign-Elevation': body.elevation.token })

    const answers = await Promise.all([show(), show(), show()])

    expect(answers.map(({ status }) => status).sort()).toEqual([200, 403, 403])
  })

  test('that was shown in one session is neither seen nor made to work without typing in another', async () => {
    const { bank, alice } = await aliceAtTheBank()
    await alice.json.post(`${account}/code/issue`, {})
    const code = await picksUp(bank, alice)
    const elsewhere = await signedIn(bank)

    expect((await elsewhere.page.get(account)).text).not.toContain(code)
    const refused = await elsewhere.json.post(`${account}/code/activate`, {})
    expect([refused.status, refused.body.type]).toEqual([409, problem('nothing-waiting')])
    const shown = await elsewhere.json.post(`${account}/code/show`, {})
    expect([shown.status, shown.body.type]).toEqual([403, problem('step-up-required')])
  })

  describe('that was asked for with the one before it', () => {
    test('is said in every other session to wait there alone, and asking without the code changes nothing', async () => {
      const { bank, alice } = await aliceAtTheBank()
      await steppedUp(bank, alice, `${account}/code/rotate`, {}, await hasACode(bank, alice))
      const elsewhere = await signedIn(bank)
      const until = new Date(bank.clock.now().getTime() + 86_400_000).toISOString()
      const waiting = { delivery: 'pickup', shown: false, until, elsewhere: true }

      expect((await elsewhere.json.get(account)).body.securityCode.waiting).toEqual(waiting)
      const lost = await elsewhere.json.post(`${account}/code/lost`, {})
      expect([lost.status, lost.body.securityCode.waiting]).toEqual([201, waiting])
      expect(await sent(elsewhere, 'code/lost')).toContain('It waits only there, until ')
      expect((await alice.json.get(account)).body.securityCode.waiting.elsewhere).toBeUndefined()
      expect(await picksUp(bank, alice)).toMatch(/^\w{5}-\w{5}$/)
    })

    test('and was sent has its field in that session alone, and is asked for in another with the code', async () => {
      const { bank, alice } = await aliceAtTheBank({
        securityCode: { delivery: 'direct', hashing: { memoryKiB: 19_456, passes: 2 } },
      })
      await alice.json.post(`${account}/code/issue`, {})
      const code = await bank.inbox.lastCode()
      await alice.json.post(`${account}/code/activate`, { code })
      bank.clock.advance(31)
      await steppedUp(bank, alice, `${account}/code/rotate`, {}, code)
      const elsewhere = await signedIn(bank)

      const page = (await elsewhere.page.get(account)).text
      expect(page).toContain('It waits only there, until ')
      expect(page).not.toContain(`action="${account}/code/activate"`)
      expect(formIn(page, `${account}/code/rotate`)).toEqual(ownForm)
      expect(formIn((await alice.page.get(account)).text, `${account}/code/activate`)).toMatchObject(ownForm)
      bank.clock.advance(31)
      await steppedUp(bank, elsewhere, `${account}/code/rotate`, {}, code)
      await sent(elsewhere, 'code/activate', { code: await bank.inbox.lastCode() })

      expect((await elsewhere.json.get(account)).body.securityCode).toMatchObject({ state: 'active', missing: [] })
    })

    test('is no code that an administrator made ready', async () => {
      const { bank, alice } = await aliceAtTheBank()
      await hasACode(bank, alice)
      await bank.countersign.codes.rotate({ subject: 'alice', by: 'clerk 7' })

      const { waiting } = (await alice.json.get(account)).body.securityCode

      expect(waiting).toEqual({ delivery: 'pickup', shown: false, until: expect.any(String) })
      expect(formIn((await alice.page.get(account)).text, `${account}/code/lost`)).toEqual(ownForm)
    })
  })

  test('stands in no address, and its page is kept by nobody', async () => {
    const { bank, alice } = await aliceAtTheBank()
    await alice.page.post(`${account}/code/issue`, ownForm)

    const shown = await steppedUpByForms(bank, alice, `${account}/code/show`, ownForm)
    const [code = 'none'] = /\b\w{5}-\w{5}\b/.exec(shown.text) ?? []

    expect([shown.status, shown.headers['cache-control']]).toEqual([200, 'no-store'])
    expect(JSON.stringify(shown.headers)).not.toContain(code)
    expect(shown.text.replace(/<dd>.*?<\/dd>/, '')).not.toContain(code)
    expect(shown.text).toContain(`data-countersign-once="${account}"`)
    expect((await alice.page.get(account)).text).not.toContain(code)
  })

  test('is shown anew where the one that was shown was not kept, and only the newest works', async () => {
    const { bank, alice } = await aliceAtTheBank()
    await alice.json.post(`${account}/code/issue`, {})
    const lost = await picksUp(bank, alice)
    bank.clock.advance(31)
    expect(formIn((await alice.page.get(account)).text, `${account}/code/show`)).toEqual(ownForm)

    const kept = await picksUp(bank, alice)

    expect((await alice.json.post(`${account}/code/activate`, { code: lost })).status).toBe(422)
    expect((await alice.json.post(`${account}/code/activate`, { code: kept })).status).toBe(200)
  })
})

describe('every route of the account that changes something', () => {
  const routes = [
    ...['code/issue', 'code/rotate', 'code/lost', 'code/revoke', 'code/show', 'code/activate', 'not-me'],
    ...['contacts', 'contacts/verify', 'contacts/prove', 'contacts/correct', 'contacts/change', 'contacts/remove'],
    ...['contacts/resend', 'contacts/withdraw'],
  ]

  test.each(routes)('%s refuses a form of another site, and changes nothing by GET', async (route) => {
    const { bank, alice } = await aliceAtTheBank()
    await hasACode(bank, alice)
    const cookie = [...alice.jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const before = (await alice.json.get(account)).body

    const foreign = await request(bank.app)
      .post(`${account}/${route}`)
      .set({ Cookie: cookie, Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' })
      .type('form')
      .send(ownForm)
    const looked = await alice.page.get(`${account}/${route}`)

    expect([foreign.status, looked.status]).toEqual([403, 404])
    expect((await alice.json.get(account)).body).toEqual(before)
  })
})

describe('what a page and a message say of a browser', () => {
  const asking = (userAgent: string, place?: string) =>
    aliceAtTheBank({ options: { place: () => place } }).then(async ({ bank, alice }) => {
      const post = (path: string, body: object) =>
        alice.raw((agent) => agent.post(path).set('User-Agent', userAgent).send(body))
      await opened({ ...alice, json: { ...alice.json, post } }, bank, await alice.json.get('/notes'))
      const { activity } = (await alice.json.get(account)).body
      return { page: (await alice.page.get(account)).text, activity, message: bank.inbox.messages().at(-1) }
    })

  test('is its name and the place, where they are known', async () => {
    const chrome =
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36'
    const { page, activity, message } = await asking(chrome, 'Basel')

    expect(page).toMatch(/code asked for.*Chrome on Windows, Basel/s)
    expect(activity[0]).toMatchObject({ origin: { device: 'Chrome on Windows', place: 'Basel' } })
    expect(message?.origin).toEqual({ device: 'Chrome on Windows', place: 'Basel' })
  })

  test('is said of every change of code and contacts, too', async () => {
    const { bank, alice } = await aliceAtTheBank({ options: { place: () => 'Basel' } })
    await hasACode(bank, alice)
    await alice.json.post(`${account}/code/revoke`, {})
    await alice.json.post(`${account}/code/issue`, {})
    await steppedUp(bank, alice, `${account}/contacts`, { address: 'second@example.test' })
    await alice.json.post(`${account}/contacts/prove`, { code: '00000000' })
    await alice.json.post(`${account}/contacts/prove`, { code: await bank.inbox.lastCode() })
    const { contacts } = (await alice.json.get(account)).body
    bank.clock.advance(31)
    await steppedUp(bank, alice, `${account}/contacts/remove`, { contact: contacts[1].id })

    const { activity } = (await alice.json.get(account)).body

    const told = activity.filter(({ type }: { type: string }) => /^(?:code|contact)\./.test(type))
    expect(told.map(({ type, origin }: { type: string; origin?: object }) => [type, origin])).toEqual(
      [
        ...['contact.removed', 'contact.added', 'contact.change-asked'],
        ...['code.asked', 'code.revoked', 'code.activated', 'code.shown', 'code.issued'],
      ].map((type) => [type, { place: 'Basel' }]),
    )
  })

  test.each([null, 7, {}, 'Basel\r\nCall 0900 123', 'Basel\u2028', 'Basel\u202e', 'B'.repeat(65), '\ud800'])(
    'is no place where %j came for one',
    async (place) => {
      const { message } = await asking('', place as string)

      expect(message?.origin).toEqual({})
    },
  )

  test('is never what whoever sends the request wrote into its name', async () => {
    const { page, message } = await asking('Your account is blocked, call 0900 123 /1 (X) y', '')

    expect(message?.origin).toEqual({})
    expect(page).not.toContain('0900')
  })
})

describe('[Not me] beside what happened', () => {
  test('leads to the page that asks once more, and ends what can be ended', async () => {
    const { bank, alice } = await aliceAtTheBank()
    await hasACode(bank, alice)
    const page = (await alice.page.get(account)).text
    const newest = formIn(page, `${account}/not-me`)

    const asked = await alice.page.post(`${account}/not-me`, newest)
    const question = await alice.page.get(String(asked.headers.location))
    expect(question.text).toContain('Was this not you?')
    expect(question.text).toContain('Security code active, ')
    expect((await alice.json.get(account)).body.securityCode.state).toBe('active')
    const stopped = await alice.page.post('/countersign/not-me', formIn(question.text, '/countersign/not-me'))
    const after = await alice.page.get(String(stopped.headers.location))

    expect(after.text).toContain('Everything that was open in your name has ended.')
    expect(after.text).toContain('Your security code has ended, too')
    expect((await alice.json.get(account)).body.securityCode.state).toBe('revoked')
  })

  test('stops a question that was not asked by the person', async () => {
    const { bank, alice } = await aliceAtTheBank()
    const { id, code } = await opened(alice, bank, await alice.json.get('/notes'))
    const [{ id: event, type }] = (await alice.json.get(account)).body.activity
    expect(type).toBe('challenge.opened')

    const stopped = await alice.json.post(`${account}/not-me`, { event })

    expect([stopped.status, stopped.body]).toEqual([200, { outcome: 'stopped' }])
    expect((await alice.json.post(`/countersign/challenges/${id}/answer`, { code })).body.type).toBe(
      problem('challenge-closed'),
    )
  })

  test('says when it comes too late', async () => {
    const { bank, alice } = await aliceAtTheBank()
    const { id, code } = await opened(alice, bank, await alice.json.get('/notes'))
    await alice.json.post(`/countersign/challenges/${id}/answer`, { code })
    const [{ id: event }] = (await alice.json.get(account)).body.activity

    const late = await alice.json.post(`${account}/not-me`, { event })

    expect(late.body).toEqual({ outcome: 'already-confirmed', confirmedAt: expect.any(String) })
  })

  test('is for a week, for what somebody did in a session, and for the person’s own only', async () => {
    const { bank, alice } = await aliceAtTheBank()
    await opened(alice, bank, await alice.json.get('/notes'))
    const [{ id: event }] = (await alice.json.get(account)).body.activity
    const bob = await signedIn(bank, 'bob')
    expect((await bob.json.post(`${account}/not-me`, { event })).status).toBe(404)
    expect((await alice.json.post(`${account}/not-me`, { event: '9999' })).status).toBe(404)
    expect((await alice.json.post(`${account}/not-me`, {})).status).toBe(400)

    bank.clock.advance(7 * 86_400 + 1)

    expect((await alice.page.get(account)).text).not.toContain('Not me')
    expect((await alice.json.post(`${account}/not-me`, { event })).status).toBe(404)
  })
})
