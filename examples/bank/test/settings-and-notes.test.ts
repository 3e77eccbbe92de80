import { setTimeout as pause } from 'node:timers/promises'
import { seededPassword } from '../src/seeds.js'
import { createVisitor, type Visitor } from '../src/tour/visitor.js'
import { aBank, aCustomer, aTransfer, confirmed, mailNumber, mails, type RunningBank, typeOf } from './a-bank.js'

let running: RunningBank
beforeAll(async () => {
  running = await aBank()
})
afterAll(() => running.bank.stop())

async function statusOfSignIn(visitor: Visitor, email: string): Promise<number> {
  return (await visitor.send('POST', '/sign-in', { json: { email, password: seededPassword } })).status
}

test('an address changes when the new one is proved, and not before', async () => {
  const customer = await aCustomer(running)
  const change = { email: `new.${customer.email}` }
  const asked = await customer.send('POST', '/settings/email', { json: change })
  expect([asked.status, asked.json.action, asked.json.shown]).toEqual([403, 'settings.email.change', change])
  const headers = await confirmed(customer, asked, customer.email)

  const pending = await customer.send('POST', '/settings/email', { json: change, headers })
  expect([pending.status, pending.json]).toEqual([202, { pending: 'n***@e***.test' }])
  expect((await customer.send('GET', '/settings')).json).toMatchObject({
    email: customer.email,
    pending: 'n***@e***.test',
  })

  const mail = await mailNumber(customer, change.email, 1)
  const [link = ''] = /https?:\/\/\S+\/proofs\?token=\S+/.exec(mail.text) ?? []
  const page = await createVisitor('new mailbox', running.url).send('GET', link, { headers: { accept: 'text/html' } })
  expect(await statusOfSignIn(createVisitor('x', running.url), change.email)).toBe(401)

  const [, token = ''] = /name="token" value="([^"]+)"/.exec(page.text) ?? []
  const proved = await createVisitor('new mailbox', running.url).send('POST', '/countersign/proofs', {
    form: `token=${encodeURIComponent(token)}`,
  })
  expect(proved.status).toBe(303)

  const visitor = createVisitor('again', running.url)
  for (let tries = 0; tries < 50 && (await statusOfSignIn(visitor, change.email)) !== 200; tries += 1) await pause(50)
  expect((await visitor.send('GET', '/account')).json).toMatchObject({ email: change.email })
  expect(await statusOfSignIn(createVisitor('x', running.url), customer.email)).toBe(401)
})

test('the old address is told of the wish', async () => {
  const customer = await aCustomer(running)
  const change = { email: `other.${customer.email}` }
  const headers = await confirmed(
    customer,
    await customer.send('POST', '/settings/email', { json: change }),
    customer.email,
  )
  await customer.send('POST', '/settings/email', { json: change, headers })

  const told = await mailNumber(customer, customer.email, 2)

  expect(told.text).toContain('o***@e***.test')
})

test('what is no address is refused before anybody is asked', async () => {
  const customer = await aCustomer(running)

  const answer = await customer.send('POST', '/settings/email', { json: { email: 'nobody' } })

  expect([answer.status, typeOf(answer), answer.json.errors]).toEqual([
    422,
    'wrong-value',
    [{ field: 'email', problem: 'email' }],
  ])
})

test('notes open for a while after one code, and are kept', async () => {
  const customer = await aCustomer(running)
  const asked = await customer.send('GET', '/notes')
  expect([asked.status, asked.json.action]).toEqual([403, 'notes.open'])
  await confirmed(customer, asked, customer.email)

  expect((await customer.send('GET', '/notes')).json).toEqual({ text: '' })
  expect((await customer.send('PUT', '/notes', { json: { text: 'one\ntwo' } })).json).toEqual({ text: 'one\ntwo' })
  expect((await customer.send('GET', '/notes')).json).toEqual({ text: 'one\ntwo' })
  expect(await mails(customer, customer.email)).toHaveLength(1)
})

test('another session of the same person has to ask for itself', async () => {
  const customer = await aCustomer(running)
  await confirmed(customer, await customer.send('GET', '/notes'), customer.email)
  const other = createVisitor('other', running.url)
  await statusOfSignIn(other, customer.email)

  expect((await other.send('GET', '/notes')).status).toBe(403)
})

test('sign-out closes the notes', async () => {
  const customer = await aCustomer(running)
  await confirmed(customer, await customer.send('GET', '/notes'), customer.email)

  await customer.send('POST', '/sign-out')
  await statusOfSignIn(customer, customer.email)

  expect((await customer.send('GET', '/notes')).status).toBe(403)
})

test.each([[{ text: 5 }], [{}], [{ text: 'x', more: 'y' }]])('%j are no notes', async (json) => {
  const customer = await aCustomer(running)
  await confirmed(customer, await customer.send('GET', '/notes'), customer.email)

  const answer = await customer.send('PUT', '/notes', { json })

  expect([answer.status, typeOf(answer)]).toEqual([400, 'malformed'])
})

test.each([
  [{ text: 5 }, 400, 'malformed'],
  [{ text: 'x'.repeat(2001) }, 422, 'wrong-value'],
])('notes that could not be kept are refused before anybody is asked (%#)', async (json, status, type) => {
  const customer = await aCustomer(running)

  const answer = await customer.send('PUT', '/notes', { json })

  expect([answer.status, typeOf(answer)]).toEqual([status, type])
})

/** Follows the link of somebody's first mail and waits until the bank has ended the sessions. */
async function saysNotMe(customer: Visitor, email: string): Promise<void> {
  const { text } = await mailNumber(customer, email, 1)
  const [, token = ''] = /\/not-me\?token=(\S+)/.exec(text) ?? []
  const form = `token=${token}`
  const stopped = await createVisitor('mailbox', running.url).send('POST', '/countersign/not-me', { form })
  expect(stopped.status).toBe(303)
  for (let tries = 0; tries < 50 && (await customer.send('GET', '/account')).status !== 401; tries += 1) await pause(50)
}

test('who says "this was not me" ends every session', async () => {
  const customer = await aCustomer(running)
  await confirmed(customer, await customer.send('GET', '/notes'), customer.email)

  await saysNotMe(customer, customer.email)

  expect((await customer.send('GET', '/account')).status).toBe(401)
  expect(await statusOfSignIn(customer, customer.email)).toBe(200)
  expect((await customer.send('GET', '/account')).status).toBe(200)
})

test('a session that "this was not me" has ended reaches no challenge, no guess and no guarded route', async () => {
  const thief = await aCustomer(running)
  const { ticket } = (await thief.send('POST', '/transfers', { json: aTransfer })).json
  const opened = await thief.send('POST', '/countersign/challenges', { json: { ticket } })
  const { id } = opened.json.challenge as { id: string }
  await saysNotMe(thief, thief.email)

  const answers = await Promise.all([
    thief.send('POST', '/countersign/challenges', { json: { ticket } }),
    thief.send('POST', `/countersign/challenges/${id}/answer`, { json: { code: '00000000' } }),
    thief.send('POST', `/countersign/challenges/${id}/resend`, { json: {} }),
    thief.send('POST', '/transfers', { json: aTransfer }),
    thief.send('GET', '/notes'),
    thief.send('PUT', '/notes', { json: { text: 'mine now' } }),
  ])

  expect(answers.map((answer) => [answer.status, typeOf(answer)])).toEqual(answers.map(() => [401, 'not-signed-in']))
  expect(await mails(thief, thief.email)).toHaveLength(1)
})

test('notes with half a character are refused, and nothing is written', async () => {
  const customer = await aCustomer(running)
  await confirmed(customer, await customer.send('GET', '/notes'), customer.email)

  const answer = await customer.send('PUT', '/notes', { json: { text: 'x\ud800' } })

  expect([answer.status, answer.json.errors]).toEqual([422, [{ field: 'text', problem: 'notes' }]])
  expect((await customer.send('GET', '/notes')).json).toEqual({ text: '' })
})
