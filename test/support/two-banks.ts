import { newKey } from '@countersign/core'
import { type Inbox, inbox } from '@countersign/testing'
import { aBank, type BankProcess, type BankSetUp } from './bank-process.js'
import { anOwnServer, type OwnServer } from './own-server.js'

/** Two copies of one bank on one database, and the mail server that both send to. */
export type TwoBanks = Readonly<{
  server: OwnServer
  inbox: Inbox
  here: BankProcess
  there: BankProcess
  /** What a further copy, or one that takes the place of another, is started with. */
  setUp: BankSetUp
  stop(): Promise<void>
}>

/** Starts a MongoDB server, a mail server and two copies of the bank. */
export async function twoBanks(): Promise<TwoBanks> {
  const [server, mail] = await Promise.all([anOwnServer(), inbox()])
  const setUp = { mongoUrl: server.bankUrl, smtpUrl: mail.smtpUrl, keys: newKey(), publicUrl: 'http://localhost' }
  const here = await aBank(setUp)
  const there = await aBank(setUp)
  return {
    server,
    inbox: mail,
    here,
    there,
    setUp,
    async stop() {
      await Promise.all([here.stop(), there.stop()])
      await Promise.all([server.stop(), mail.stop()])
    },
  }
}
