import { randomBytes } from 'node:crypto'
import type { Narrator } from './narrator.js'
import {
  pickUpCode,
  proveAddress,
  readActivity,
  replaceCode,
  revokeCode,
  transferByOwnCode,
} from './own-code-stations.js'
import {
  type Customer,
  changeAddress,
  lockCodes,
  openAccount,
  openNotes,
  transferOnce,
  useUpChallenge,
} from './stations.js'
import { createTourGuide, type TourGuide } from './tour-guide.js'
import { createVisitor } from './visitor.js'

/** Three customers walk through a bank, about 40 seconds long: half a minute passes between two messages of one of them. */
export async function leadTour(narrator: Narrator, url: URL): Promise<void> {
  const guide = createTourGuide(narrator, createVisitor('inbox', url))
  const round = randomBytes(4).toString('hex')
  const alice = newCustomer('Alice Keller', `alice.${round}`, url)
  const bob = newCustomer('Bob Brunner', `bob.${round}`, url)
  const nora = newCustomer('Nora Neu', `nora.${round}`, url)

  await openAccount(guide, alice)
  await transferOnce(guide, alice)
  await openAccount(guide, bob)
  await useUpChallenge(guide, bob)
  await openAccount(guide, nora)
  await ownCode(guide, nora)
  await openNotes(guide, alice)
  await changeAddress(guide, alice, `alice.new.${round}@example.test`)
  await lockCodes(guide, bob)
}

/** From the proof of an address to the end of a security code. */
async function ownCode(guide: TourGuide, nora: Customer): Promise<void> {
  await proveAddress(guide, nora)
  const code = await pickUpCode(guide, nora)
  await transferByOwnCode(guide, nora, code)
  await replaceCode(guide, nora, code)
  await readActivity(guide, nora)
  await revokeCode(guide, nora)
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
