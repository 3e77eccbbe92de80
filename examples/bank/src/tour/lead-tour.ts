import { randomBytes } from 'node:crypto'
import type { Narrator } from './narrator.js'
import {
  type Customer,
  changeAddress,
  lockCodes,
  openAccount,
  openNotes,
  transferOnce,
  useUpChallenge,
} from './stations.js'
import { createTourGuide } from './tour-guide.js'
import { createVisitor } from './visitor.js'

/** Two customers walk through a bank, about 40 seconds long: half a minute of it is the wait between two messages. */
export async function leadTour(narrator: Narrator, url: URL): Promise<void> {
  const guide = createTourGuide(narrator, createVisitor('inbox', url))
  const round = randomBytes(4).toString('hex')
  const alice = newCustomer('Alice Keller', `alice.${round}`, url)
  const bob = newCustomer('Bob Brunner', `bob.${round}`, url)

  await openAccount(guide, alice)
  await transferOnce(guide, alice)
  await openAccount(guide, bob)
  await useUpChallenge(guide, bob)
  await openNotes(guide, alice)
  await changeAddress(guide, alice, `alice.new.${round}@example.test`)
  await lockCodes(guide, bob)
}

/** New at every tour, since a lock lasts and the data may, too. */
function newCustomer(name: string, mailbox: string, url: URL): Customer {
  const [firstName = name] = name.split(' ')
  return {
    visitor: createVisitor(firstName, url),
    name,
    email: `${mailbox}@example.test`,
    password: 'correct horse battery staple',
  }
}
