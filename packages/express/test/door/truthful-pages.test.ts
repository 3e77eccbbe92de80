import type { Message } from '@countersign/core'
import express from 'express'
import { stepUp } from '../../src/index.js'
import { aBank, type Bank, type BankParts, transfer } from './bank.js'
import { formIn } from './journeys.js'
import { signedIn, type Visitor, visitor } from './visitor.js'

const theme = { brand: 'Bank', homeUrl: '/account' }
const seeIt = /<a [^>]*href="\/account"[^>]*>See it<\/a>/

async function aliceAtTheBank(parts: BankParts = {}): Promise<{ bank: Bank; alice: Visitor }> {
  const bank = await aBank({ express, stepUp }, { options: { theme }, ...parts })
  return { bank, alice: await signedIn(bank) }
}

/** Lets a person ask for a code for what a guard refused. */
async function asked(client: Visitor, refused: { headers: Record<string, string> }) {
  const ask = await client.page.get(String(refused.headers.location))
  const sent = await client.page.post('/countersign/challenges', formIn(ask.text, '/countersign/challenges'))
  const address = String(sent.headers.location)
  const path = address.replace(/\?.*/, '')
  const fields = formIn((await client.page.get(address)).text, `${path}/answer`)
  return { address, path, fields }
}

/** Lets a person type the code that came last. */
async function answered(client: Visitor, { inbox }: Bank, { path, fields }: Awaited<ReturnType<typeof asked>>) {
  return client.page.post(`${path}/answer`, { ...fields, code: await inbox.lastCode() })
}

async function aTransferAsked(client: Visitor) {
  return asked(client, await client.page.post('/transfers', transfer))
}

/** The newest message of a kind, once the relay has sent it. */
async function messageOf({ inbox }: Bank, kind: Message['kind']): Promise<Message | undefined> {
  for (let turn = 0; turn < 500 && !inbox.messages().some((one) => one.kind === kind); turn++)
    await new Promise((resolve) => setImmediate(resolve))
  return inbox.messages().findLast((one) => one.kind === kind)
}

async function notMeLink({ inbox }: Bank) {
  return linkIn(inbox.messages().at(-1))
}

function linkIn(message: Message | undefined) {
  const link = new URL(message?.notMeUrl.reveal() ?? '')
  return { path: link.pathname + link.search, token: link.searchParams.get('token') ?? '' }
}

describe('the page of a challenge that was answered', () => {
  test('asks for the last step while the browser holds what the answer earned', async () => {
    const { bank, alice } = await aliceAtTheBank()
    const challenge = await aTransferAsked(alice)
    await answered(alice, bank, challenge)

    const page = await alice.page.get(challenge.address)

    expect(page.text).toContain('One step left.')
    expect(formIn(page.text, '/transfers')).toEqual(transfer)
  })

  test('says "already confirmed" once it is spent, although another window is open, and leads to where it can be seen', async () => {
    const { bank, alice } = await aliceAtTheBank()
    const notes = await asked(alice, await alice.page.get('/notes'))
    await answered(alice, bank, notes)
    bank.clock.advance(31)
    const challenge = await aTransferAsked(alice)
    await answered(alice, bank, challenge)
    await alice.page.post('/transfers', transfer)

    const page = await alice.page.get(challenge.address)

    expect(alice.jar.has('countersign')).toBe(true)
    expect(page.text).toContain('Already confirmed')
    expect(page.text).toContain('250.00')
    expect(page.text).toMatch(seeIt)
    expect(page.text).not.toContain('One step left.')
  })

  test('says so in a browser that holds what another answer for the same action earned', async () => {
    const { bank, alice } = await aliceAtTheBank()
    const first = await aTransferAsked(alice)
    await answered(alice, bank, first)
    await alice.page.post('/transfers', transfer)
    bank.clock.advance(31)
    await answered(
      alice,
      bank,
      await asked(alice, await alice.page.post('/transfers', { ...transfer, amount: '2.00' })),
    )

    expect(alice.jar.has('countersign-once')).toBe(true)
    expect((await alice.page.get(first.address)).text).toContain('Already confirmed')
  })

  test('holds for an open window as long as the browser holds it', async () => {
    const { bank, alice } = await aliceAtTheBank()
    const challenge = await asked(alice, await alice.page.get('/notes'))
    await answered(alice, bank, challenge)
    expect((await alice.page.get(challenge.address)).text).toContain('One step left.')

    alice.jar.delete('countersign')
    expect((await alice.page.get(challenge.address)).text).toContain('Already confirmed')
  })
})

describe('what a guard refuses a person', () => {
  test('a second use is told with its facts, and leads to where the first can be seen', async () => {
    const { bank, alice } = await aliceAtTheBank()
    await answered(alice, bank, await aTransferAsked(alice))
    const once = String(alice.jar.get('countersign-once'))
    await alice.page.post('/transfers', transfer)
    alice.jar.set('countersign-once', once)

    const again = await alice.raw((agent) =>
      agent
        .post('/transfers')
        .set({ Accept: 'text/html', Referer: 'http://localhost:3000/transfers/new' })
        .type('form')
        .send(transfer),
    )

    expect(again.status).toBe(403)
    expect(again.text).toContain('Already confirmed')
    expect(again.text).toContain('250.00')
    expect(again.text).toMatch(seeIt)
    expect(bank.executed).toHaveLength(1)
  })

  test('the facts are in the words of the language that the person reads', async () => {
    const { bank, alice } = await aliceAtTheBank()
    await answered(alice, bank, await aTransferAsked(alice))
    const once = String(alice.jar.get('countersign-once'))
    await alice.page.post('/transfers', transfer)
    alice.jar.set('countersign-once', once)
    alice.jar.set('countersign-language', 'de')

    const again = await alice.page.post('/transfers', transfer)

    expect(again.text).toContain('Schon bestätigt')
    expect(again.text).toContain('250,00')
  })
})

describe('a challenge that came to another end', () => {
  test('was cancelled: the page says what', async () => {
    const { alice } = await aliceAtTheBank()
    const { address, path, fields } = await aTransferAsked(alice)
    await alice.page.post(`${path}/cancel`, fields)

    const page = await alice.page.get(address)
    expect(page.text).toContain('Cancelled')
    expect(page.text).toContain('250.00')
  })

  test('was stopped by the link of its message: the page says so, and not that it took long', async () => {
    const { bank, alice } = await aliceAtTheBank()
    const { address } = await aTransferAsked(alice)
    await bank.inbox.lastCode()
    await visitor(bank.app).page.post('/countersign/not-me', { token: (await notMeLink(bank)).token })

    const page = await alice.page.get(address)
    expect(page.text).toContain('This was stopped')
    expect(page.text).toContain('Nothing was carried out.')
    expect(page.text).toContain('Start again')
    expect(page.text).toContain('250.00')
    expect(page.text).not.toContain('took too long')
  })
})

describe('the page behind the link of a message', () => {
  test('says "stopped" after the POST, and nothing of it before, whatever the address says', async () => {
    const { bank, alice } = await aliceAtTheBank()
    await aTransferAsked(alice)
    await bank.inbox.lastCode()
    const { path, token } = await notMeLink(bank)
    const stranger = visitor(bank.app)
    const claimed = await stranger.page.get(`${path}&said=stopped`)
    expect(claimed.text).toContain('Was this not you?')
    expect(claimed.text).not.toContain('Nothing was carried out.')

    const stopped = await stranger.page.post('/countersign/not-me', { token })

    for (const address of [String(stopped.headers.location), path]) {
      const page = await stranger.page.get(address)
      expect(page.text).toContain('Stopped')
      expect(page.text).toContain('Nothing was carried out.')
    }
  })

  test('never says "stopped" of what was carried out: it says when', async () => {
    const { bank, alice } = await aliceAtTheBank()
    await answered(alice, bank, await aTransferAsked(alice))
    await alice.page.post('/transfers', transfer)
    const { path, token } = await notMeLink(bank)
    const stranger = visitor(bank.app)
    expect((await stranger.page.get(`${path}&said=stopped`)).text).toContain('Was this not you?')

    const after = await stranger.page.post('/countersign/not-me', { token })

    const page = await stranger.page.get(String(after.headers.location))
    expect(page.text).toContain('Already confirmed')
    expect(page.text).not.toContain('Nothing was carried out.')
    expect((await stranger.page.get(`${path}&said=stopped`)).text).not.toContain('Nothing was carried out.')
  })

  test('says "stopped" again of what was answered and not spent', async () => {
    const { bank, alice } = await aliceAtTheBank()
    await answered(alice, bank, await aTransferAsked(alice))
    const { path, token } = await notMeLink(bank)
    const stranger = visitor(bank.app)
    for (const click of ['first', 'second']) {
      const stopped = await stranger.page.post('/countersign/not-me', { token })
      expect([click, (await stranger.page.get(String(stopped.headers.location))).text]).toEqual([
        click,
        expect.stringContaining('Nothing was carried out.'),
      ])
    }
    expect((await stranger.page.get(path)).text).not.toContain('Already confirmed')
  })

  test('that proves an address has the contacts told in the language of who pressed its button, with the browser', async () => {
    const bank = await aBank({ express, stepUp }, { options: { theme } })
    await bank.countersign.contacts.change({ subject: 'alice', kind: 'email', address: 'new@example.test' })
    const proof = await messageOf(bank, 'contact-proof')
    const token = new URL(proof?.kind === 'contact-proof' ? proof.proofUrl.reveal() : '').searchParams.get('token')
    const userAgent = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'

    await visitor(bank.app).raw((agent) =>
      agent
        .post('/countersign/proofs')
        .set({ 'Accept-Language': 'de', 'User-Agent': userAgent })
        .type('form')
        .send({ token: token ?? '' }),
    )

    expect(await messageOf(bank, 'contact-changed')).toMatchObject({
      language: 'de',
      origin: { device: 'Firefox on Linux' },
    })
  })

  test('says of a change of address that it is taken back, however often it is pressed', async () => {
    const { bank, alice } = await aliceAtTheBank()
    await asked(alice, await alice.page.get('/notes'))
    await bank.countersign.contacts.change({ subject: 'alice', kind: 'email', address: 'new@example.test' })
    const proof = await messageOf(bank, 'contact-proof')
    const link = new URL(proof?.kind === 'contact-proof' ? proof.proofUrl.reveal() : '')
    const stranger = visitor(bank.app)
    await stranger.page.post('/countersign/proofs', { token: link.searchParams.get('token') ?? '' })
    const { path, token } = linkIn(await messageOf(bank, 'contact-changed'))
    expect((await stranger.page.get(path)).text).toContain('Was this not you?')

    for (const click of ['first', 'second']) {
      const stopped = await stranger.page.post('/countersign/not-me', { token })
      const page = await stranger.page.get(String(stopped.headers.location))
      expect([click, page.text]).toEqual([click, expect.stringContaining('Your addresses are as they were.')])
      expect(page.text).not.toContain('Already confirmed')
    }
    const state = await stranger.json.get(path)
    expect(state.body).toMatchObject({ stoppedAt: expect.any(String), takenBack: true })
  })

  test('says "already confirmed" only of what was', async () => {
    const { bank, alice } = await aliceAtTheBank()
    await aTransferAsked(alice)
    await bank.inbox.lastCode()
    const { path } = await notMeLink(bank)

    expect((await visitor(bank.app).page.get(`${path}&said=too-late`)).text).toContain('Was this not you?')
  })
})

test('the button that stops a challenge leads where the link of its message leads', async () => {
  const { bank, alice } = await aliceAtTheBank()
  const { address, path, fields } = await aTransferAsked(alice)
  const action = `${path}/not-me`
  expect((await alice.page.get(address)).text).toContain(`action="${action}"`)

  const led = await alice.page.post(action, {})

  expect(led.status).toBe(303)
  const question = await alice.page.get(String(led.headers.location))
  expect(question.text).toContain('Was this not you?')
  await alice.page.post('/countersign/not-me', formIn(question.text, '/countersign/not-me'))
  const stopped = await alice.json.post(`${path}/answer`, {
    code: await bank.inbox.lastCode(),
    ...(fields.ticket && { ticket: fields.ticket }),
  })
  expect([stopped.status, stopped.body.why]).toEqual([410, 'revoked'])
})
