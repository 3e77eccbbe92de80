import { seededPassword } from '../src/seeds.js'
import { codeIn } from '../src/tour/tour-guide.js'
import { type Answer, createVisitor } from '../src/tour/visitor.js'
import { aBank, aCustomer, codeMails, confirmed, mailNumber, mails, type RunningBank, typeOf, until } from './a-bank.js'
import { account, type Customer, proved, withCode } from './a-code.js'

let running: RunningBank
beforeAll(async () => {
  running = await aBank()
})
afterAll(() => running.bank.stop())

type Contact = Readonly<{ id: string; masked: string; proved: boolean }>

async function contactsOf(customer: Customer): Promise<readonly Contact[]> {
  const { contacts } = (await customer.send('GET', account)).json as { contacts: readonly Contact[] }
  return contacts
}

async function idOf(customer: Customer, masked: string): Promise<string | undefined> {
  return (await contactsOf(customer)).find((contact) => contact.masked === masked)?.id
}

/** Types the code of the first proof that went there. */
async function proves(customer: Customer, address: string): Promise<void> {
  const code = codeIn(await mailNumber(customer, address, 1, codeMails))
  expect((await customer.send('POST', `${account}/contacts/prove`, { json: { code } })).status).toBe(200)
}

/** Adds a contact beside the one of the sign-in, and proves it. */
async function alsoReachedAt(customer: Customer, address: string): Promise<void> {
  const add = (headers = {}) => customer.send('POST', `${account}/contacts`, { json: { address }, headers })
  expect((await add(await confirmed(customer, await add(), customer.email))).status).toBe(202)
  await proves(customer, address)
}

function settings(customer: Customer, email: string, headers = {}): Promise<Answer> {
  return customer.send('POST', '/settings/email', { json: { email }, headers })
}

/** Moves to another address by the settings, confirmed over an address that a code goes to. */
async function moves(customer: Customer, email: string, over: string): Promise<void> {
  const headers = await confirmed(customer, await settings(customer, email), over)
  expect((await settings(customer, email, headers)).status).toBe(202)
  await proves(customer, email)
  await untilSettingsShow(customer, email)
}

async function untilSettingsShow(customer: Customer, email: string): Promise<void> {
  await until('the settings', async () => (await customer.send('GET', '/settings')).json.email === email)
}

async function statusOfSignIn(email: string): Promise<number> {
  const { status } = await createVisitor('again', running.url).send('POST', '/sign-in', {
    json: { email, password: seededPassword },
  })
  return status
}

/** Removes the address of the sign-in by the page of the account; its code goes to the other one. */
async function removes(customer: Customer, masked: string, over: string): Promise<void> {
  const json = { contact: await idOf(customer, masked) }
  const remove = (headers = {}) => customer.send('POST', `${account}/contacts/remove`, { json, headers })
  expect((await remove(await confirmed(customer, await remove(), over))).status).toBe(204)
}

/** Follows the link "this was not me" of the notice that tells of the removal. */
async function takesRemovalBack(customer: Customer): Promise<void> {
  const told = await until('the notice', async () =>
    (await mails(customer, customer.email)).find(({ subject }) => subject.includes('removed')),
  )
  const [, token = ''] = /\/not-me\?token=(\S+)/.exec(told.text) ?? []
  await createVisitor('mailbox', running.url).send('POST', '/countersign/not-me', { form: `token=${token}` })
}

describe('an address of the sign-in that is removed', () => {
  test('gives way to the other one, there and in the settings, and the next change of it arrives', async () => {
    const customer = await aCustomer(running)
    await proved(customer)
    const other = `other.${customer.email}`
    await alsoReachedAt(customer, other)

    await removes(customer, 'c***@e***.test', customer.email)
    await untilSettingsShow(customer, other)

    expect((await customer.send('GET', '/settings')).json).toMatchObject({ email: other, proved: true })
    expect((await customer.send('GET', '/account')).json).toMatchObject({ email: other })
    expect([await statusOfSignIn(other), await statusOfSignIn(customer.email)]).toEqual([200, 401])
    await moves(customer, `moved.${customer.email}`, other)
    expect(await statusOfSignIn(`moved.${customer.email}`)).toBe(200)
  })

  test('is the address of the sign-in again once its removal was taken back', async () => {
    const customer = await aCustomer(running)
    await proved(customer)
    const other = `other.${customer.email}`
    await alsoReachedAt(customer, other)
    await removes(customer, 'c***@e***.test', customer.email)
    await untilSettingsShow(customer, other)

    await takesRemovalBack(customer)

    await until('the sign-in with it', async () => (await statusOfSignIn(customer.email)) === 200)
    expect(await statusOfSignIn(other)).toBe(401)
  })

  test('is it again, too, where the one in its place was changed meanwhile', async () => {
    const customer = await aCustomer(running)
    await proved(customer)
    const other = `other.${customer.email}`
    await alsoReachedAt(customer, other)
    await removes(customer, 'c***@e***.test', customer.email)
    await untilSettingsShow(customer, other)
    await moves(customer, `moved.${customer.email}`, other)

    await takesRemovalBack(customer)

    await until('the sign-in with it', async () => (await statusOfSignIn(customer.email)) === 200)
    expect([await statusOfSignIn(other), await statusOfSignIn(`moved.${customer.email}`)]).toEqual([401, 401])
  })
})

test('a change of a contact beside it leaves the sign-in as it is, and holds up nothing that comes after', async () => {
  const customer = await aCustomer(running)
  await proved(customer)
  await alsoReachedAt(customer, `other.${customer.email}`)
  const json = { address: `beside.${customer.email}`, contact: await idOf(customer, 'o***@e***.test') }
  const change = (headers = {}) => customer.send('POST', `${account}/contacts/change`, { json, headers })
  expect((await change(await confirmed(customer, await change(), customer.email))).status).toBe(202)
  await proves(customer, json.address)

  await moves(customer, `moved.${customer.email}`, customer.email)

  expect(await statusOfSignIn(`moved.${customer.email}`)).toBe(200)
  expect(running.log.join('\n')).not.toContain('has not arrived')
})

describe('a change of the address', () => {
  test('to one that is a contact already is refused as that', async () => {
    const customer = await aCustomer(running)
    await proved(customer)
    const other = `other.${customer.email}`
    await alsoReachedAt(customer, other)
    const headers = await confirmed(customer, await settings(customer, other), customer.email)

    const answer = await settings(customer, other, headers)

    expect([answer.status, answer.json.errors]).toEqual([422, [{ field: 'email', problem: 'known' }]])
    expect(await contactsOf(customer)).toHaveLength(2)
  })

  test('is confirmed with the security code, where there is one, and not over the address that goes', async () => {
    const customer = await aCustomer(running)
    const code = await withCode(customer)
    const email = `new.${customer.email}`
    const asked = await settings(customer, email)
    expect(asked.json.factors).toMatchObject([{ kind: 'security-code' }])
    const open = (factor?: string) =>
      customer.send('POST', '/countersign/challenges', {
        json: { ticket: asked.json.ticket, ...(factor && { factor }) },
      })
    expect(typeOf(await open('email-code'))).toBe('factor-not-available')
    const { id } = (await open()).json.challenge as { id: string }
    const answered = await customer.send('POST', `/countersign/challenges/${id}/answer`, { json: { code } })
    const { token } = answered.json.elevation as { token: string }

    expect((await settings(customer, email, { 'countersign-elevation': token })).status).toBe(202)
  })

  test('is asked for by the same factors as on the page of the account', async () => {
    const customer = await aCustomer(running)
    await withCode(customer)
    const address = `new.${customer.email}`
    const json = { address, contact: (await contactsOf(customer))[0]?.id }

    const there = await customer.send('POST', `${account}/contacts/change`, { json })
    const here = await settings(customer, address)

    expect(here.json.factors).toEqual(there.json.factors)
  })

  test('is about the address of the sign-in, whichever contact was there first', async () => {
    const customer = await aCustomer(running)
    await proved(customer)
    await alsoReachedAt(customer, `other.${customer.email}`)
    await moves(customer, `moved.${customer.email}`, customer.email)
    const [first, second] = await contactsOf(customer)
    expect([first?.masked, second?.masked]).toEqual(['o***@e***.test', 'm***@e***.test'])

    const asked = await settings(customer, `next.${customer.email}`)

    expect(asked.json.shown).toEqual({ address: `next.${customer.email}`, contact: second?.id })
  })
})

test('the fifth change of a day is refused before anybody is asked for a code', async () => {
  const customer = await aCustomer(running)
  await proved(customer)
  let over = customer.email
  for (const round of [1, 2, 3, 4]) {
    const next = `round${round}.${customer.email}`
    await moves(customer, next, over)
    over = next
  }

  const fifth = await settings(customer, `round5.${customer.email}`)

  expect([fifth.status, fifth.json.type]).toEqual([429, 'urn:countersign:problem:too-many-changes'])
  const page = await customer.send('POST', '/settings/email', { form: `email=round5.${customer.email}` })
  expect([page.status, page.text]).toEqual([429, expect.stringContaining('Too many changes in a day')])
})

test('an address that came beside counts among the four of a day', async () => {
  const customer = await aCustomer(running)
  await proved(customer)
  const other = `other.${customer.email}`
  await alsoReachedAt(customer, other)
  await moves(customer, `round1.${customer.email}`, customer.email)
  for (const round of [2, 3]) await moves(customer, `round${round}.${customer.email}`, other)

  const fifth = await settings(customer, `round4.${customer.email}`)

  expect([fifth.status, fifth.json.type]).toEqual([429, 'urn:countersign:problem:too-many-changes'])
})
