import { electronicFormatIBAN, isValidIBAN } from 'ibantools'
import { errors, type KoaContextWithOIDC } from 'oidc-provider'
import { z } from 'zod'

/** A payment of `authorization_details` (RFC 9396, 2). */
const payment = z.strictObject({
  type: z.literal('payment'),
  amount: z.string(),
  currency: z.string(),
  payee: z.string(),
})

const list = z.array(z.looseObject({ type: z.string() }))

/** The types of `authorization_details` that the provider knows, and how they come into grants and tokens. */
export const paymentDetails = {
  enabled: true,
  types: {
    payment: {
      validate(_context: KoaContextWithOIDC, detail: unknown) {
        const read = payment.safeParse(detail)
        if (!read.success)
          throw new errors.InvalidAuthorizationDetails('a payment has amount, currency and payee, each a text')
        const wrong = wrongWith(read.data)
        if (wrong !== undefined) throw new errors.InvalidAuthorizationDetails(wrong)
      },
    },
  },
  authorizationDetailsForGrantSource: ({ oidc }: KoaContextWithOIDC) => detailsIn(oidc.params?.authorization_details),
  authorizationDetailsForAccessToken: (_context: unknown, source: { rar?: unknown }) => detailsOf(source.rar),
  authorizationDetailsForIntrospection: (_context: unknown, token: { rar?: unknown }) => detailsOf(token.rar),
} as const

/** Said before anybody signs in for it, and is asked for a code. */
function wrongWith({ amount, currency, payee }: z.infer<typeof payment>): string | undefined {
  if (!/^\d{1,9}(\.\d{1,2})?$/.test(amount) || Number(amount) === 0) return 'the amount is a decimal above zero'
  if (!/^[A-Z]{3}$/.test(currency)) return 'the currency is three capital letters'
  return isValidIBAN(electronicFormatIBAN(payee) ?? '') ? undefined : 'the payee is an IBAN'
}

/** The details of a request, which the provider has validated. */
export function detailsIn(text: unknown) {
  return typeof text === 'string' ? detailsOf(JSON.parse(text)) : undefined
}

function detailsOf(value: unknown) {
  const read = list.safeParse(value)
  return read.success ? read.data : undefined
}
