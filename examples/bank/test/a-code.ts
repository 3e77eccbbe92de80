import { codeIn } from '../src/tour/tour-guide.js'
import type { Visitor } from '../src/tour/visitor.js'
import { type aCustomer, codeMails, confirmed, mailNumber } from './a-bank.js'

/** Countersign's own pages. */
export const account = '/countersign/account'
export type Customer = Awaited<ReturnType<typeof aCustomer>>

/** The id of somebody's first contact. */
export async function contactOf(customer: Visitor): Promise<string> {
  const { contacts } = (await customer.send('GET', account)).json as { contacts: [{ id: string }] }
  return contacts[0].id
}

/** Proves the address of the sign-up. */
export async function proved(customer: Customer): Promise<void> {
  const before = (await codeMails(customer, customer.email)).length
  await customer.send('POST', `${account}/contacts/verify`, { json: { contact: await contactOf(customer) } })
  const code = codeIn(await mailNumber(customer, customer.email, before + 1, codeMails))
  expect((await customer.send('POST', `${account}/contacts/prove`, { json: { code } })).status).toBe(200)
}

/** Makes a code ready and picks it up; it works after `activate`. */
export async function pickedUp(customer: Customer): Promise<string> {
  expect((await customer.send('POST', `${account}/code/issue`, { json: {} })).status).toBe(201)
  const show = (headers = {}) => customer.send('POST', `${account}/code/show`, { json: {}, headers })
  const shown = await show(await confirmed(customer, await show(), customer.email))
  expect(shown.status).toBe(200)
  return String(shown.json.code)
}

/** Goes the whole way to a security code that works. */
export async function withCode(customer: Customer): Promise<string> {
  await proved(customer)
  const code = await pickedUp(customer)
  expect((await customer.send('POST', `${account}/code/activate`, { json: {} })).status).toBe(200)
  return code
}
