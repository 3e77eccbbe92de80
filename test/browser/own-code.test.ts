import { randomBytes } from 'node:crypto'
import { newKey } from '@countersign/core'
import { type Inbox, inbox } from '@countersign/testing'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import type { Page } from 'playwright-core'
import { aBank, type BankProcess } from '../support/bank-process.js'
import { withOwnCode } from '../support/own-code.js'
import { aPerson, type Person, signedIn } from '../support/person.js'
import { accountOf, nextCode } from '../support/step-up.js'
import { until } from '../support/until.js'
import { aBrowsing, type Browsing } from './browsing.js'
import { findChromium } from './chromium.js'
import { enter, tabTo, typeAndSend } from './keyboard.js'
import { heading, press, says, type } from './steps.js'

const chromium = findChromium()
const inBrowser = chromium ? describe : describe.skip
const patience = 120_000
const iban = 'CH93 0076 2011 6238 5295 7'
const account = '/countersign/account'

let browsing: Browsing
let mail: Inbox
let bank: BankProcess

inBrowser('a security code in a browser', () => {
  beforeAll(async () => {
    browsing = await aBrowsing(chromium ?? '', 'own-code')
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

  test(
    'a newcomer comes by the keyboard alone from sign-up over proof and pick-up to a transfer',
    async () => {
      const newcomer = aNewcomer()
      const page = await browsing.aPage()
      await page.goto(`${bank.origin}/sign-up`)
      await page.keyboard.type(newcomer.name)
      await tabTo(page, 'E-mail address')
      await page.keyboard.type(newcomer.email)
      await tabTo(page, 'Password')
      await typeAndSend(page, newcomer.password)
      await heading(page, 'Sign in')
      await page.keyboard.type(newcomer.email)
      await tabTo(page, 'Password')
      await typeAndSend(page, newcomer.password)
      await heading(page, 'Hello')
      await browsing.look(page, 'home-new')

      await enter(page, 'Verify my address')
      await heading(page, 'Your security')
      await browsing.look(page, 'account-new')
      await enter(page, 'Verify this address')
      await says(page, 'We wrote to')
      await browsing.look(page, 'account-proving')
      await tabTo(page, 'Code from the e-mail')
      await typeAndSend(page, await nextCode(mail, newcomer))
      await says(page, 'Verified.')
      await browsing.look(page, 'account-proved')

      await enter(page, 'Get a code')
      await says(page, 'Your code is ready. We show it once.')
      await browsing.look(page, 'account-ready')
      await enter(page, 'Show it')
      await heading(page, 'Check this pick-up of your security code')
      await browsing.look(page, 'ask-to-show')
      await enter(page, 'Send me a code')
      await heading(page, 'Confirm this pick-up of your security code')
      await typeAndSend(page, await nextCode(mail, newcomer))
      await heading(page, 'Your security code')
      await browsing.look(page, 'new-code')
      const code = await shownCode(page)
      await enter(page, 'Done')
      await says(page, 'Active until')
      await browsing.look(page, 'account-active')

      await enter(page, 'Back')
      await heading(page, 'Hello')
      await says(page, 'Security code active until')
      await browsing.look(page, 'home-active')
      await enter(page, 'New transfer')
      await heading(page, 'New transfer')
      await page.keyboard.type('250.00')
      await tabTo(page, 'IBAN of the payee')
      await typeAndSend(page, iban)
      await heading(page, 'Check this transfer')
      await browsing.look(page, 'ask-own-code')
      await enter(page, 'Continue')
      await heading(page, 'Confirm this transfer')
      await browsing.look(page, 'own-code')
      await typeAndSend(page, '7KQ4M')
      await says(page, 'Your security code has 10 letters and digits.')
      await browsing.look(page, 'own-code-malformed')
      await typeAndSend(page, '00000-00000')
      await says(page, 'That is not your security code. 4 tries left.')
      expect(await page.title()).toMatch(/^Error: Confirm this transfer: 250.00 EUR/)
      await browsing.look(page, 'own-code-wrong')
      await typeAndSend(page, code.replace('-', ' ').toLowerCase())
      await heading(page, 'Sent')

      const { client } = await again(newcomer)
      expect(await accountOf({ client })).toMatchObject({ balance: '750.00', transfers: [{ amount: '250.00' }] })
      await page.context().close()
    },
    patience,
  )

  test(
    'without script, in German and on a desk, it is the same way; the other way to confirm is offered',
    async () => {
      const newcomer = aNewcomer()
      const page = await browsing.aPage({
        javaScriptEnabled: false,
        locale: 'de-CH',
        colorScheme: 'dark',
        viewport: { width: 1280, height: 800 },
      })
      await page.goto(`${bank.origin}/sign-up`)
      await page.fill('[name=name]', newcomer.name)
      await page.fill('[name=email]', newcomer.email)
      await page.fill('[name=password]', newcomer.password)
      await press(page, 'Konto eröffnen')
      await page.fill('[name=email]', newcomer.email)
      await page.fill('[name=password]', newcomer.password)
      await press(page, 'Anmelden')
      await browsing.look(page, 'de-home-new')

      await press(page, 'Meine Adresse bestätigen')
      await browsing.look(page, 'de-account-new')
      await press(page, 'Adresse bestätigen')
      await page.fill('#proof-code', await nextCode(mail, newcomer))
      await press(page, 'Diese Adresse bestätigen')
      await press(page, 'Code holen')
      await browsing.look(page, 'de-account-ready')
      await press(page, 'Zeigen')
      await press(page, 'Code senden')
      await type(page, await nextCode(mail, newcomer), 'Sicherheitscode zeigen')
      await heading(page, 'Bestätigt')
      await press(page, 'Sicherheitscode zeigen')
      await heading(page, 'Ihr Sicherheitscode')
      await browsing.look(page, 'de-new-code')
      const code = await shownCode(page)
      await press(page, 'Fertig')
      await says(page, 'Aktiv bis')
      await browsing.look(page, 'de-account-active')

      await page.goto(`${bank.origin}/transfers/new`)
      await page.fill('[name=amount]', '250,00')
      await page.fill('[name=payee]', iban)
      await press(page, 'Weiter')
      await browsing.look(page, 'de-ask-own-code')
      await press(page, 'Weiter')
      await heading(page, 'Überweisung bestätigen')
      await browsing.look(page, 'de-own-code')
      await press(page, 'Anderen Weg wählen')
      await page.getByText('E-Mail an').click()
      await press(page, 'Weiter')
      const byMail = await nextCode(mail, newcomer)
      await says(page, 'Code aus der E-Mail')
      await press(page, 'Anderen Weg wählen')
      await page.getByText('Mein Sicherheitscode').click()
      await press(page, 'Weiter')
      await type(page, byMail, '250,00 EUR überweisen')
      await says(page, 'Ihr Sicherheitscode hat 10 Buchstaben und Ziffern.')
      await type(page, code, '250,00 EUR überweisen')
      await heading(page, 'Bestätigt')
      await press(page, '250,00 EUR überweisen')
      await heading(page, 'Gesendet')

      const { client } = await again(newcomer)
      expect(await accountOf({ client })).toMatchObject({ balance: '750.00' })
      await page.context().close()
    },
    patience,
  )

  test.each([true, false])(
    'a code that was shown is not seen again by Back, with script: %s',
    async (javaScriptEnabled) => {
      const { person, page } = await beforeTheCodeIsShown(javaScriptEnabled)
      await type(page, await nextCode(mail, person), 'Show my security code')
      if (!javaScriptEnabled) await press(page, 'Show my security code')
      await heading(page, 'Your security code')
      const code = await shownCode(page)
      await press(page, 'Done')
      await says(page, 'Active until')

      await page.goBack().catch(() => undefined)
      const seen = await until('a page that stands still', () => page.content())

      expect(seen).not.toContain(code)
      await page.context().close()
    },
    patience,
  )

  test(
    'a reload of a shown code asks for a step-up again, and shows no code',
    async () => {
      const { person, page } = await beforeTheCodeIsShown(true)
      await type(page, await nextCode(mail, person), 'Show my security code')
      await heading(page, 'Your security code')
      const code = await shownCode(page)

      await page.reload()

      await heading(page, 'Check this pick-up of your security code')
      expect(await page.content()).not.toContain(code)
      await page.goto(bank.origin + account)
      await says(page, 'You have seen your new code.')
      await browsing.look(page, 'account-shown')
      await page.context().close()
    },
    patience,
  )

  test(
    'a refused form stands open with what was typed, and has the focus',
    async () => {
      const { page } = await withCodeAt(account)
      await page.locator('summary', { hasText: 'Add' }).click()
      await page.fill('#address-add', 'alice@nowhere')
      await page.locator('details[open]').getByRole('button', { name: 'Add' }).click()
      await says(page, 'This is no e-mail address.')
      await browsing.look(page, 'account-address-wrong')

      expect(await page.title()).toMatch(/^Error: Your security/)
      expect(await page.evaluate('document.activeElement.id + " " + document.activeElement.value')).toBe(
        'address-add alice@nowhere',
      )
      await page.context().close()
    },
    patience,
  )

  test(
    'who did not do what is written there says so, and what can be ended ends',
    async () => {
      const { person, page } = await withCodeAt(account)
      await press(page, 'Not me')
      await heading(page, 'Was this not you?')
      await browsing.look(page, 'not-me')
      await press(page, 'Stop it')
      await heading(page, 'Stopped')
      await says(page, 'Your security code has ended, too')
      await browsing.look(page, 'not-me-stopped')

      const { client } = await again(person)
      expect((await client.get(account)).json).toMatchObject({ securityCode: { state: 'revoked' } })
      await page.context().close()
    },
    patience,
  )

  test(
    'a code is revoked on its page, after its button was looked for, and the start page says so',
    async () => {
      const { page } = await withCodeAt(account)
      await page.locator('summary', { hasText: 'Revoke' }).click()
      await browsing.look(page, 'account-revoking')
      await press(page, 'Keep it')
      await says(page, 'Active until')
      await page.locator('summary', { hasText: 'Revoke' }).click()
      await page.locator('details[open]').getByRole('button', { name: 'Revoke' }).click()
      await says(page, 'Revoked.')
      await browsing.look(page, 'account-revoked')
      await press(page, 'Back')
      await says(page, 'Security code revoked')
      await browsing.look(page, 'home-revoked')
      await page.context().close()
    },
    patience,
  )

  /** Somebody with a code that works, signed in in a browser at a page. */
  async function withCodeAt(path: string) {
    const person = await aPerson(bank.origin)
    await withOwnCode(person, mail)
    return { person, page: await pageOf(person, path, true) }
  }

  async function beforeTheCodeIsShown(javaScriptEnabled: boolean) {
    const person = await aPerson(bank.origin)
    const { client } = person
    const page = await pageOf(person, account, javaScriptEnabled)
    await press(page, 'Verify this address')
    await page.fill('#proof-code', await nextCode(mail, person))
    await press(page, 'Confirm this address')
    expect((await client.post(`${account}/code/issue`)).status).toBe(201)
    await page.goto(bank.origin + account)
    await press(page, 'Show it')
    await press(page, 'Send me a code')
    return { person, page }
  }

  async function pageOf({ email, password }: Person, path: string, javaScriptEnabled: boolean): Promise<Page> {
    const page = await browsing.aPage({ javaScriptEnabled })
    await page.goto(bank.origin + path)
    await page.fill('[name=email]', email)
    await page.fill('[name=password]', password)
    await press(page, 'Sign in')
    return page
  }
})

function aNewcomer(): Omit<Person, 'client'> {
  const email = `nora.${randomBytes(8).toString('hex')}@example.test`
  return { name: 'Nora Neu', email, password: 'pages of an unread book' }
}

async function shownCode(page: Page): Promise<string> {
  return (await page.locator('#facts dd').textContent()) ?? ''
}

/** The same person, signed in anew, also after all of the sessions have ended. */
function again(person: Omit<Person, 'client'>): Promise<Person> {
  return until('somebody who signs in', () => signedIn(person, bank.origin))
}
