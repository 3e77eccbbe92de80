import { seededPassword } from '../src/seeds.js'
import { codeIn } from '../src/tour/tour-guide.js'
import { type Answer, createVisitor } from '../src/tour/visitor.js'
import { aBank, aCustomer, codeMails, confirmed, mailNumber, mails, type RunningBank, until } from './a-bank.js'
import { account, type Customer, proved } from './a-code.js'

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
    const told = await until('the notice', async () =>
      (await mails(customer, customer.email)).find(({ subject }) => subject.includes('removed')),
    )

    const [, token = ''] = /\/not-me\?token=(\S+)/.exec(told.text) ?? []
    await createVisitor('mailbox', running.url).send('POST', '/countersign/not-me', { form: `token=${token}` })

    await until('the sign-in with it', async () => (await statusOfSignIn(customer.email)) === 200)
    expect(await statusOfSignIn(other)).toBe(401)
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
