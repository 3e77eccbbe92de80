import { newKey } from '@countersign/core'
import { type Inbox, inbox } from '@countersign/testing'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import type { Page } from 'playwright-core'
import { aBank, type BankProcess } from '../support/bank-process.js'
import { aPerson, type Person, signedIn } from '../support/person.js'
import {
  accountOf,
  answerWith,
  aTransfer,
  nextCode,
  openChallenge,
  otherThan,
  transferring,
} from '../support/step-up.js'
import { until } from '../support/until.js'
import { aBrowsing, type Browsing } from './browsing.js'
import { findChromium } from './chromium.js'
import { heading, press, says, type } from './steps.js'

const chromium = findChromium()
const inBrowser = chromium ? describe : describe.skip
const patience = 120_000
const iban = 'CH93 0076 2011 6238 5295 7'

let browsing: Browsing
let mail: Inbox
let bank: BankProcess

inBrowser('the bank in a browser', () => {
  beforeAll(async () => {
    browsing = await aBrowsing(chromium ?? '', 'bank')
    mail = await inbox()
    bank = await aBank({ smtpUrl: mail.smtpUrl, keys: newKey() })
  }, patience)
  afterEach(async () => {
    expect(await browsing.complaints()).toEqual([])
  }, patience)
  afterAll(async () => {
    await browsing?.close()
    await bank?.stop()
    await mail?.stop()
  }, patience)

  describe.each([
    ['with its script', true],
    ['without any script', false],
  ])('%s', (_, javaScriptEnabled) => {
    test(
      'a person signs in, asks for a transfer, types a wrong code and the right one, and it is executed once',
      async () => {
        const person = await aPerson(bank.origin)
        const page = await browsing.aPage({ javaScriptEnabled })
        await page.goto(`${bank.origin}/transfers/new`)
        await browsing.look(page, 'sign-in')
        await page.fill('[name=email]', person.email)
        await page.fill('[name=password]', 'not the password')
        await press(page, 'Sign in')
        await browsing.look(page, 'sign-in-wrong')
        await signIn(page, person)
        await page.goto(`${bank.origin}/account`)
        await browsing.look(page, 'account')

        await page.goto(`${bank.origin}/transfers/new`)
        await browsing.look(page, 'transfer')
        await askForTransfer(page, { amount: '250.00', payee: 'CH93 0076 2011 6238 5295 8' })
        await browsing.look(page, 'transfer-wrong')
        await askForTransfer(page, { amount: '250,00', payee: iban })
        await heading(page, 'Check this transfer')
        await browsing.look(page, 'ask')
        await press(page, 'Send me a code')
        const code = await nextCode(mail, person)
        await heading(page, 'Confirm this transfer')
        await browsing.look(page, 'code')

        await type(page, '1234', 'Send 250.00 EUR')
        await says(page, 'This did not count as a try.')
        await browsing.look(page, 'code-malformed')
        await type(page, otherThan(code), 'Send 250.00 EUR')
        await says(page, '4 tries left.')
        await browsing.look(page, 'code-wrong')
        await page.reload()
        await says(page, '4 tries left.')
        await type(page, ` ${code.slice(0, 4)} ${code.slice(4)} `, 'Send 250.00 EUR')
        if (!javaScriptEnabled) {
          await heading(page, 'Confirmed')
          await browsing.look(page, 'confirmed')
          await press(page, 'Send 250.00 EUR')
        }
        await heading(page, 'Sent')
        await browsing.look(page, 'sent')
        await page.reload()
        await page.goBack().catch(() => undefined)

        expect(await accountOf(person)).toMatchObject({ balance: '750.00', transfers: [{ amount: '250.00' }] })
        expect(mail.messages().filter(({ to }) => to === person.email)).toHaveLength(1)
        await page.goto(`${bank.origin}/account`)
        await browsing.look(page, 'account-after')
        await page.context().close()
      },
      patience,
    )

    test(
      'who cancels is told that nothing happened, and finds the form as it was',
      async () => {
        const { person, page } = await beforeTheCode(javaScriptEnabled)
        await press(page, 'Cancel')
        await heading(page, 'Cancelled')
        await browsing.look(page, 'cancelled')
        await press(page, 'Back')

        expect(await page.inputValue('[name=amount]')).toMatch(/^7[.,]00$/)
        expect((await accountOf(person)).balance).toBe('1000.00')
        await page.context().close()
      },
      patience,
    )

    test(
      'five wrong codes end the question, and it can be started again with the form as it was',
      async () => {
        const { person, page, code } = await beforeTheCode(javaScriptEnabled)
        for (const step of [1, 2, 3, 4, 5]) await type(page, otherThan(code, step), 'Send 7.00 EUR')
        await heading(page, 'Too many tries with this code')
        await browsing.look(page, 'used-up')
        await press(page, 'Start again')

        expect(await page.inputValue('[name=amount]')).toMatch(/^7[.,]00$/)
        expect((await accountOf(person)).balance).toBe('1000.00')
        await askForTransfer(page, { amount: '7.00', payee: iban })
        await press(page, 'Send me a code')
        await browsing.look(page, 'wait')
        await page.context().close()
      },
      patience,
    )

    test(
      'the link of the message stops what was asked for, and only when its button is pressed',
      async () => {
        const { person, page, code } = await beforeTheCode(javaScriptEnabled)
        const mailbox = await browsing.aPage({ javaScriptEnabled })
        await mailbox.goto(linkIn(person.email, 'not-me'))
        await heading(mailbox, 'Was this not you?')
        await browsing.look(mailbox, 'not-me')
        await press(mailbox, 'Stop it')
        await heading(mailbox, 'Stopped')
        await browsing.look(mailbox, 'stopped')

        await type(page, code, 'Send 7.00 EUR')
        await browsing.look(page, 'after-stopped')
        expect((await accountOf(await again(person))).balance).toBe('1000.00')
        await mailbox.context().close()
        await page.context().close()
      },
      patience,
    )

    test(
      'notes open for a code and stay open, and can be written',
      async () => {
        const person = await aPerson(bank.origin)
        const page = await browsing.aPage({ javaScriptEnabled })
        await signInAt(page, person, '/notes')
        await heading(page, 'Check this access to your notes')
        await browsing.look(page, 'ask-notes')
        await press(page, 'Send me a code')
        const code = await nextCode(mail, person)
        await type(page, code, 'Open my notes')
        await heading(page, 'Private notes')
        await browsing.look(page, 'notes')
        await page.fill('[name=text]', 'Water the plants.')
        await press(page, 'Save')
        await browsing.look(page, 'notes-saved')
        await page.goto(`${bank.origin}/notes`)

        expect(await page.inputValue('[name=text]')).toBe('Water the plants.')
        await page.context().close()
      },
      patience,
    )

    test(
      'a new address is confirmed by a code to the old one and a link to the new one',
      async () => {
        const person = await aPerson(bank.origin)
        const email = `new.${person.email}`
        const page = await browsing.aPage({ javaScriptEnabled })
        await signInAt(page, person, '/settings')
        await browsing.look(page, 'settings')
        await page.fill('[name=email]', email)
        await press(page, 'Change')
        await heading(page, 'Check this change of address')
        await browsing.look(page, 'ask-address')
        await press(page, 'Send me a code')
        await type(page, await nextCode(mail, person), 'Change the address')
        if (!javaScriptEnabled) await press(page, 'Change the address')
        await page.getByText('We wrote to').first().waitFor()
        await browsing.look(page, 'settings-pending')

        await mail.next(({ to }) => to === email)
        const mailbox = await browsing.aPage({ javaScriptEnabled })
        await mailbox.goto(linkIn(email, 'proofs'))
        await heading(mailbox, 'Is this address yours?')
        await browsing.look(mailbox, 'proof')
        await press(mailbox, 'Confirm this address')
        await heading(mailbox, 'Address confirmed')
        await browsing.look(mailbox, 'proved')

        await until('a sign-in with the new address', async () => aPersonWhoSignsIn({ ...person, email }))
        await mailbox.context().close()
        await page.context().close()
      },
      patience,
    )
  })

  test(
    'who is locked out of codes is told until when, and reads his account meanwhile',
    async () => {
      const person = await aPerson(bank.origin)
      await failTenTimes(person)
      const page = await browsing.aPage()
      await signInAt(page, person, '/notes')
      await heading(page, 'Codes pause until')
      await browsing.look(page, 'locked')
      await page.goto(`${bank.origin}/account`)

      await heading(page, 'Hello')
      await page.context().close()
    },
    patience,
  )

  test(
    'what was carried out is not carried out again by the button of the page before, and cannot be stopped any more',
    async () => {
      const { person, page, code } = await beforeTheCode(false)
      await type(page, code, 'Send 7.00 EUR')
      const otherTab = await page.context().newPage()
      await otherTab.goto(page.url())
      await heading(otherTab, 'Confirmed')
      await press(page, 'Send 7.00 EUR')
      await heading(page, 'Sent')
      await page.goBack()
      await browsing.look(page, 'back-after-it')
      await heading(page, 'Already confirmed')
      // Its elevation is spent and gone: this is a new wish, and the bank asks for a new code.
      await press(otherTab, 'Send 7.00 EUR')
      await heading(otherTab, 'Check this transfer')

      expect((await accountOf(await again(person))).balance).toBe('993.00')
      await page.goto(linkIn(person.email, 'not-me'))
      await press(page, 'Stop it')
      await heading(page, 'Already confirmed')
      await browsing.look(page, 'not-me-too-late')
      await page.context().close()
    },
    patience,
  )

  test.each(['/sign-up', '/nothing-here', '/countersign/step-up', '/countersign/not-me?token=none'])(
    'a page for %s keeps the rules, too',
    async (path) => {
      const page = await browsing.aPage()
      await page.goto(bank.origin + path)
      await browsing.look(page, path.replaceAll(/\W+/g, '-').slice(1))
      await page.context().close()
    },
    patience,
  )

  async function beforeTheCode(javaScriptEnabled: boolean) {
    const person = await aPerson(bank.origin)
    const page = await browsing.aPage({ javaScriptEnabled })
    await signInAt(page, person, '/transfers/new')
    await askForTransfer(page, { amount: '7.00', payee: iban })
    await press(page, 'Send me a code')
    return { person, page, code: await nextCode(mail, person) }
  }
})

async function signIn(page: Page, { email, password }: Person): Promise<void> {
  await page.fill('[name=email]', email)
  await page.fill('[name=password]', password)
  await press(page, 'Sign in')
}

/** Goes to a page, is sent to sign in, and comes back to it. */
async function signInAt(page: Page, person: Person, path: string): Promise<void> {
  await page.goto(bank.origin + path)
  await signIn(page, person)
}

async function askForTransfer(
  page: Page,
  { amount, payee }: Readonly<{ amount: string; payee: string }>,
): Promise<void> {
  await page.fill('[name=amount]', amount)
  await page.fill('[name=payee]', payee)
  await press(page, 'Continue')
}

/** The address of a link in the newest message to somebody. */
function linkIn(email: string, to: 'not-me' | 'proofs'): string {
  const message = mail.messages().findLast((one) => one.to === email)
  const [link = ''] = new RegExp(`https?://\\S+/${to}\\?token=\\S+`).exec(message?.text ?? '') ?? []
  return link
}

/** The same person, after all of his sessions have ended. */
function again(person: Person): Promise<Person> {
  return until('somebody who signs in again', () => aPersonWhoSignsIn(person))
}

async function aPersonWhoSignsIn({ name, email, password }: Person): Promise<Person> {
  return signedIn({ name, email, password }, bank.origin)
}

/** Twice four wrong codes and the right one, then two more wrong ones: nobody has to wait for a next message. */
async function failTenTimes(person: Person): Promise<void> {
  for (const [amount, wrong] of [
    ['1.00', 4],
    ['2.00', 4],
    ['3.00', 2],
  ] as const) {
    const { id } = await openChallenge(person.client, transferring(aTransfer({ amount })))
    const code = await nextCode(mail, person)
    for (let step = 1; step <= wrong; step++) await answerWith(person.client, id, otherThan(code, step))
    await answerWith(person.client, id, code)
  }
}
