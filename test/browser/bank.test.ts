import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { newKey } from '@countersign/core'
import { type Inbox, inbox } from '@countersign/testing'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { Browser, Page } from 'playwright-core'
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
import { findChromium, launchChromium } from './chromium.js'
import { anInspector, type Inspector } from './inspector.js'

const chromium = findChromium()
const inBrowser = chromium ? describe : describe.skip
const patience = 120_000
const photographs = join(import.meta.dirname, '..', 'screenshots')
const iban = 'CH93 0076 2011 6238 5295 7'

let browser: Browser
let inspector: Inspector
let mail: Inbox
let bank: BankProcess
/** What a console or the policy complained about. */
let complaints: string[]

inBrowser('the bank in a browser', () => {
  beforeAll(async () => {
    mkdirSync(photographs, { recursive: true })
    browser = await launchChromium(chromium ?? '')
    inspector = await anInspector(browser)
    mail = await inbox()
    bank = await aBank({ smtpUrl: mail.smtpUrl, keys: newKey() })
  }, patience)
  beforeEach(() => {
    complaints = []
  })
  afterEach(async () => {
    expect(await inspector.findings()).toEqual([])
    expect(complaints).toEqual([])
  }, patience)
  afterAll(async () => {
    await browser?.close()
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
        const page = await aPage(javaScriptEnabled)
        await page.goto(`${bank.origin}/transfers/new`)
        await look(page, 'sign-in')
        await page.fill('[name=email]', person.email)
        await page.fill('[name=password]', 'not the password')
        await press(page, 'Sign in')
        await look(page, 'sign-in-wrong')
        await signIn(page, person)
        await page.goto(`${bank.origin}/account`)
        await look(page, 'account')

        await page.goto(`${bank.origin}/transfers/new`)
        await look(page, 'transfer')
        await askForTransfer(page, { amount: '250.00', payee: 'CH93 0076 2011 6238 5295 8' })
        await look(page, 'transfer-wrong')
        await askForTransfer(page, { amount: '250,00', payee: iban })
        await heading(page, 'Check this transfer')
        await look(page, 'ask')
        await press(page, 'Send me a code')
        const code = await nextCode(mail, person)
        await heading(page, 'Confirm this transfer')
        await look(page, 'code')

        await type(page, '1234', 'Send 250.00 EUR')
        await says(page, 'This did not count as a try.')
        await look(page, 'code-malformed')
        await type(page, otherThan(code), 'Send 250.00 EUR')
        await says(page, '4 tries left.')
        await look(page, 'code-wrong')
        await page.reload()
        await says(page, '4 tries left.')
        await type(page, ` ${code.slice(0, 4)} ${code.slice(4)} `, 'Send 250.00 EUR')
        if (!javaScriptEnabled) {
          await heading(page, 'Confirmed')
          await look(page, 'confirmed')
          await press(page, 'Send 250.00 EUR')
        }
        await heading(page, 'Sent')
        await look(page, 'sent')
        await page.reload()
        await page.goBack().catch(() => undefined)

        expect(await accountOf(person)).toMatchObject({ balance: '750.00', transfers: [{ amount: '250.00' }] })
        expect(mail.messages().filter(({ to }) => to === person.email)).toHaveLength(1)
        await page.goto(`${bank.origin}/account`)
        await look(page, 'account-after')
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
        await look(page, 'cancelled')
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
        await look(page, 'used-up')
        await press(page, 'Start again')

        expect(await page.inputValue('[name=amount]')).toMatch(/^7[.,]00$/)
        expect((await accountOf(person)).balance).toBe('1000.00')
        await askForTransfer(page, { amount: '7.00', payee: iban })
        await press(page, 'Send me a code')
        await look(page, 'wait')
        await page.context().close()
      },
      patience,
    )

    test(
      'the link of the message stops what was asked for, and only when its button is pressed',
      async () => {
        const { person, page, code } = await beforeTheCode(javaScriptEnabled)
        const mailbox = await aPage(javaScriptEnabled)
        await mailbox.goto(linkIn(person.email, 'not-me'))
        await heading(mailbox, 'Was this not you?')
        await look(mailbox, 'not-me')
        await press(mailbox, 'Stop it')
        await heading(mailbox, 'Stopped')
        await look(mailbox, 'stopped')

        await type(page, code, 'Send 7.00 EUR')
        await look(page, 'after-stopped')
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
        const page = await aPage(javaScriptEnabled)
        await signInAt(page, person, '/notes')
        await heading(page, 'Check this access to your notes')
        await look(page, 'ask-notes')
        await press(page, 'Send me a code')
        const code = await nextCode(mail, person)
        await type(page, code, 'Open my notes')
        await heading(page, 'Private notes')
        await look(page, 'notes')
        await page.fill('[name=text]', 'Water the plants.')
        await press(page, 'Save')
        await look(page, 'notes-saved')
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
        const page = await aPage(javaScriptEnabled)
        await signInAt(page, person, '/settings')
        await look(page, 'settings')
        await page.fill('[name=email]', email)
        await press(page, 'Change')
        await heading(page, 'Check this change of address')
        await look(page, 'ask-address')
        await press(page, 'Send me a code')
        await type(page, await nextCode(mail, person), 'Change the address')
        if (!javaScriptEnabled) await press(page, 'Change the address')
        await page.getByText('We wrote to').first().waitFor()
        await look(page, 'settings-pending')

        await mail.next(({ to }) => to === email)
        const mailbox = await aPage(javaScriptEnabled)
        await mailbox.goto(linkIn(email, 'proofs'))
        await heading(mailbox, 'Is this address yours?')
        await look(mailbox, 'proof')
        await press(mailbox, 'Confirm this address')
        await heading(mailbox, 'Address confirmed')
        await look(mailbox, 'proved')

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
      const page = await aPage(true)
      await signInAt(page, person, '/notes')
      await heading(page, 'Codes pause until')
      await look(page, 'locked')
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
      await look(page, 'back-after-it')
      await heading(page, 'Already confirmed')
      // Its elevation is spent and gone: this is a new wish, and the bank asks for a new code.
      await press(otherTab, 'Send 7.00 EUR')
      await heading(otherTab, 'Check this transfer')

      expect((await accountOf(await again(person))).balance).toBe('993.00')
      await page.goto(linkIn(person.email, 'not-me'))
      await press(page, 'Stop it')
      await heading(page, 'Already confirmed')
      await look(page, 'not-me-too-late')
      await page.context().close()
    },
    patience,
  )

  test.each(['/sign-up', '/nothing-here', '/countersign/step-up', '/countersign/not-me?token=none'])(
    'a page for %s keeps the rules, too',
    async (path) => {
      const page = await aPage(true)
      await page.goto(bank.origin + path)
      await look(page, path.replaceAll(/\W+/g, '-').slice(1))
      await page.context().close()
    },
    patience,
  )

  async function beforeTheCode(javaScriptEnabled: boolean) {
    const person = await aPerson(bank.origin)
    const page = await aPage(javaScriptEnabled)
    await signInAt(page, person, '/transfers/new')
    await askForTransfer(page, { amount: '7.00', payee: iban })
    await press(page, 'Send me a code')
    return { person, page, code: await nextCode(mail, person) }
  }
})

/** A fresh tab that remembers what its console complains about. */
async function aPage(javaScriptEnabled: boolean): Promise<Page> {
  const context = await browser.newContext({
    javaScriptEnabled,
    viewport: { width: 360, height: 640 },
    timezoneId: 'Europe/Zurich',
    locale: 'en-GB',
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  page.on('console', (message) => {
    // A refusal is no complaint: 422 for a form, or 401 for a page that asks on after all sessions have ended.
    const isRefusal = message.text().includes('the server responded with a status of 4')
    if (!isRefusal && ['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  return page
}

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

async function press(page: Page, name: string): Promise<void> {
  const button = page.getByRole('button', { name, exact: true }).or(page.getByRole('link', { name, exact: true }))
  await button.first().click()
  await page.waitForLoadState()
}

async function type(page: Page, code: string, button: string): Promise<void> {
  await page.fill('#code', code)
  await press(page, button)
}

async function heading(page: Page, words: string): Promise<void> {
  await page.getByRole('heading', { level: 1 }).filter({ hasText: words }).waitFor({ timeout: 10_000 })
}

async function says(page: Page, words: string): Promise<void> {
  await page.getByText(words).first().waitFor({ timeout: 10_000 })
}

/** Pages that were looked at: the way with and without script has mostly the same ones. */
const seen = new Set<string>()

/** Keeps a page to the rules of accessibility in both colours. For looking: SCREENSHOTS=1 photographs it in each look. */
async function look(page: Page, name: string): Promise<void> {
  expect([name, await page.evaluate('document.documentElement.scrollWidth <= innerWidth')]).toEqual([name, true])
  if (seen.has(name)) return
  seen.add(name)
  await inspector.add(name, page)
  if (process.env.SCREENSHOTS) await photograph(page, name)
}

async function photograph(page: Page, name: string): Promise<void> {
  for (const [width, height] of [
    [1280, 800],
    [360, 640],
  ] as const) {
    await page.setViewportSize({ width, height })
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme })
      await page.screenshot({ path: join(photographs, `bank-${name}-${width}-${colorScheme}.png`), fullPage: true })
    }
  }
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
