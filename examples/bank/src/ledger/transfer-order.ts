import { isValidIBAN } from 'ibantools'
import { type Cents, centsOf } from '../money.js'

/** A transfer as it was asked for: texts, exactly as they are bound. */
export type TransferRequest = Readonly<{ amount: string; currency: string; payee: string; name?: string | undefined }>

/** A transfer that the bank could carry out if the money is there. */
export type TransferOrder = Readonly<{ cents: Cents; currency: 'EUR'; payee: string; name?: string }>

/** A field and what is wrong with its value. */
export type WrongValue = Readonly<{
  field: 'amount' | 'currency' | 'payee' | 'name'
  problem: 'amount' | 'funds' | 'currency' | 'iban' | 'name'
}>

const longestName = 70

/** Reads an order out of a request and says everything that is wrong with it, so that a form can show it at once. */
export function readOrder(
  request: TransferRequest,
): Readonly<{ order: TransferOrder }> | Readonly<{ wrong: readonly WrongValue[] }> {
  const cents = centsOf(request.amount)
  const { currency, payee, name } = request
  const wrong: WrongValue[] = []
  if (!cents) wrong.push({ field: 'amount', problem: 'amount' })
  if (currency !== 'EUR') wrong.push({ field: 'currency', problem: 'currency' })
  if (!isValidIBAN(payee)) wrong.push({ field: 'payee', problem: 'iban' })
  if (name !== undefined && !isName(name)) wrong.push({ field: 'name', problem: 'name' })

  if (!cents || currency !== 'EUR' || wrong.length > 0) return { wrong }
  return { order: { cents, currency, payee, ...(name !== undefined && { name }) } }
}

/** Some letters in one line, and no characters that print as something else. */
export function isName(text: string): boolean {
  const fits = text.length > 0 && text.length <= longestName && text.trim() === text
  return fits && text.isWellFormed() && !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text)
}
