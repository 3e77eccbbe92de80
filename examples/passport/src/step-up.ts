import { type Countersign, createCountersign, defineActions, type Log } from '@countersign/core'
import { emailChannel } from '@countersign/email'
import { memoryStore } from '@countersign/memory'
import type { People } from './people.js'

/** What needs a code here: the second half of a login. It binds no field, and is good for one login. */
export const actions = defineActions({
  'login.complete': {
    binds: {},
    words: { en: { name: 'login', one: 'a login', act: 'Log in' } },
    requires: { level: 'code', mode: 'once' },
  },
})

/** The step-up of the example. */
export type LoginCountersign = Countersign<typeof actions>

/** What it is made of. */
export type LoginCountersignParts = Readonly<{ people: People; smtpUrl: string; publicUrl: string; log?: Log }>

/** Codes by e-mail to whoever is in the table of people, and a security code of one's own for who gets one; everything is kept in memory. */
export function loginCountersign({ people, smtpUrl, publicUrl, log }: LoginCountersignParts): LoginCountersign {
  return createCountersign({
    store: memoryStore(),
    publicUrl,
    channels: [emailChannel({ smtp: smtpUrl, from: 'Example Login <codes@login.example>' })],
    contactsOf: (id) => {
      const person = people.byId(id)
      return person && [{ kind: 'email', address: person.email, proved: true }]
    },
    actions,
    securityCode: {},
    ...(log && { log }),
  })
}
