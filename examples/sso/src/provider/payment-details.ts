import { readOrder, type WrongValue } from '@countersign/example-bank/parts'
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
        // As the API reads it, and before anybody signs in for it and is asked for a code.
        const order = readOrder(read.data)
        if ('wrong' in order)
          throw new errors.InvalidAuthorizationDetails(order.wrong.map(({ problem }) => words[problem]).join(', '))
      },
    },
  },
  authorizationDetailsForGrantSource: ({ oidc }: KoaContextWithOIDC) => detailsIn(oidc.params?.authorization_details),
  authorizationDetailsForAccessToken: (_context: unknown, source: { rar?: unknown }) => detailsOf(source.rar),
  authorizationDetailsForIntrospection: (_context: unknown, token: { rar?: unknown }) => detailsOf(token.rar),
} as const

/** What is asked of a payment, by what is wrong with it. */
const words: Readonly<Partial<Record<WrongValue['problem'], string>>> = {
  amount: 'the amount is a decimal above zero without noughts before it',
  currency: 'the currency is EUR',
  iban: 'the payee is an IBAN without spaces',
}

/** The details of a request, which the provider has validated. */
export function detailsIn(text: unknown) {
  return typeof text === 'string' ? detailsOf(JSON.parse(text)) : undefined
}

function detailsOf(value: unknown) {
  const read = list.safeParse(value)
  return read.success ? read.data : undefined
}
