import express from 'express'
import type { Response } from 'supertest'
import { stepUp } from '../../src/index.js'
import { aBank, type Bank, type BankParts } from './bank.js'
import { formIn } from './journeys.js'
import { opened, signedIn, type Visitor } from './visitor.js'

export const account = '/countersign/account'
export const problem = (name: string) => `urn:countersign:problem:${name}`
const securityCode = { hashing: { memoryKiB: 19_456, passes: 2 } } as const
export const ownForm = { page: 'account' }

export async function aliceAtTheBank(parts: BankParts = {}): Promise<{ bank: Bank; alice: Visitor }> {
  const bank = await aBank({ express, stepUp }, { securityCode, ...parts })
  return { bank, alice: await signedIn(bank) }
}

/** Sends what a guard refused again, with what its answer earned: the code of a message, or the person's own that is given. */
export async function steppedUp(bank: Bank, alice: Visitor, path: string, body: object = {}, own?: string) {
  const refused = await alice.json.post(path, body)
  const { id, code } = own ? await openedForOwn(alice, refused, own) : await opened(alice, bank, refused)
  const answer = await alice.json.post(`/countersign/challenges/${id}/answer`, { code })
  return alice.json.post(path, body, { 'Countersign-Elevation': answer.body.elevation.token })
}

async function openedForOwn(alice: Visitor, { body: { ticket } }: Response, code: string) {
  const asked = await alice.json.post('/countersign/challenges', { ticket })
  return { id: String(asked.body.challenge.id), code }
}

export async function picksUp(bank: Bank, alice: Visitor): Promise<string> {
  return (await steppedUp(bank, alice, `${account}/code/show`)).body.code
}

export async function hasACode(bank: Bank, alice: Visitor): Promise<string> {
  await alice.json.post(`${account}/code/issue`, {})
  const code = await picksUp(bank, alice)
  await alice.json.post(`${account}/code/activate`, {})
  bank.clock.advance(31)
  return code
}

/** Walks from a form that needs a code to the page that its repetition is answered with. */
export async function steppedUpByForms(bank: Bank, alice: Visitor, path: string, fields: Record<string, string>) {
  const refused = await alice.page.post(path, fields)
  const ask = await alice.page.get(String(refused.headers.location))
  const sent = await alice.page.post('/countersign/challenges', formIn(ask.text, '/countersign/challenges'))
  const address = String(sent.headers.location)
  const answer = `${address.replace(/\?.*/, '')}/answer`
  const typed = formIn((await alice.page.get(address)).text, answer)
  const passed = await alice.page.post(answer, { ...typed, code: await bank.inbox.lastCode() })
  const confirmed = await alice.page.get(String(passed.headers.location))
  return alice.page.post(path, formIn(confirmed.text, path))
}
