import type { Visitor } from '@countersign/example-bank/parts'

const guesses = ['00000001', '00000002', '00000003', '00000004', '00000005']

/** Locks somebody out who is signed in at the bank with an address that nobody has proved: five wrong codes for a transfer, five for the proof. */
export async function lockedOut(visitor: Visitor): Promise<void> {
  const [first, second] = [await ticketFor(visitor, '1.00'), await ticketFor(visitor, '2.00')]
  const { id } = ((await asked(visitor, first)).json.challenge ?? {}) as { id?: string }
  for (const code of guesses) await visitor.send('POST', `/countersign/challenges/${id}/answer`, { json: { code } })
  const { contacts } = (await visitor.send('GET', '/countersign/account')).json as { contacts?: { id: string }[] }
  await visitor.send('POST', '/countersign/account/contacts/verify', { json: { contact: contacts?.[0]?.id } })
  for (const code of guesses) await visitor.send('POST', '/countersign/account/contacts/prove', { json: { code } })
  const { status, text } = await asked(visitor, second)
  if (status !== 423) throw new Error(`Who is to be locked out is not: ${status} ${text}`)
}

async function ticketFor(visitor: Visitor, amount: string): Promise<unknown> {
  const transfer = { amount, currency: 'EUR', payee: 'CH9300762011623852957' }
  return (await visitor.send('POST', '/transfers', { json: transfer })).json.ticket
}

function asked(visitor: Visitor, ticket: unknown) {
  return visitor.send('POST', '/countersign/challenges', { json: { ticket } })
}
