import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import type { Page } from 'playwright-core'
import type { Sso } from '../../examples/sso/src/sso.js'
import { aSso, newestCode } from '../../examples/sso/test/a-sso.js'
import { aBrowsing, type Browsing } from './browsing.js'
import { findChromium } from './chromium.js'
import { heading, press } from './steps.js'

const chromium = findChromium()
const inBrowser = chromium ? describe : describe.skip
const patience = 120_000
const password = 'correct horse battery staple'

let browsing: Browsing
let sso: Sso

inBrowser('the single sign-on in a browser', () => {
  beforeAll(async () => {
    browsing = await aBrowsing(chromium ?? '', 'sso')
    sso = await aSso()
  }, patience)
  afterEach(async () => {
    expect(await browsing.complaints()).toEqual([])
  }, patience)
  afterAll(async () => {
    await browsing?.close()
    await sso?.stop()
  }, patience)

  test.each([
    ['with scripts', true],
    ['without any script', false],
  ])(
    'a person signs in at the shop, steps up for a payment, pays once, and signs out of everything: %s',
    async (_, javaScriptEnabled) => {
      const page = await browsing.aPage({ javaScriptEnabled })
      await page.goto(sso.addresses.relyingParty)
      await browsing.look(page, 'shop')
      await press(page, 'Sign in')
      await browsing.look(page, 'login')
      await logIn(page, 'not the password')
      await heading(page, 'Sign in')
      await page.getByText('is wrong').waitFor()
      await browsing.look(page, 'login-wrong')
      await logIn(page)
      await heading(page, 'Rhein Bakery asks for access')
      await browsing.look(page, 'consent')
      await press(page, 'Allow')
      await heading(page, 'Hello, Alice Keller')
      await page.getByText('urn:example:level:1').waitFor()
      await browsing.look(page, 'shop-account')

      await press(page, 'Pay')
      await heading(page, 'Check')
      await browsing.look(page, 'ask')
      const before = sso.inbox?.mails().length ?? 0
      await press(page, 'Send me a code')
      const code = await newestCode(sso, before)
      await browsing.look(page, 'code')
      await page.fill('#code', code === '00000000' ? '00000001' : '00000000')
      await page.keyboard.press('Enter')
      await page.getByText('4 tries left.').first().waitFor()
      await browsing.look(page, 'code-wrong')
      await page.fill('#code', `${code.slice(0, 4)} ${code.slice(4)}`)
      await page.keyboard.press('Enter')
      await heading(page, 'Pay')
      await page.getByText('One step left').waitFor()
      await browsing.look(page, 'resume')
      await page.keyboard.press('Tab')
      await page.getByRole('button', { name: /^Pay/ }).click()
      await heading(page, 'Paid')
      await browsing.look(page, 'paid')
      await page.reload()
      await page.goto(sso.addresses.relyingParty)
      await page.getByText('urn:example:level:2').waitFor()

      await press(page, 'Sign out')
      await heading(page, 'Sign out of Lindenhof Bank?')
      await browsing.look(page, 'logout')
      await press(page, 'Sign out')
      await heading(page, 'Rhein Bakery')
      await press(page, 'Sign in')
      await heading(page, 'Sign in')
      await page.context().close()
    },
    patience,
  )

  test(
    'who goes back from the code pays nothing, and is told so by the shop',
    async () => {
      const page = await browsing.aPage({ javaScriptEnabled: false })
      await signedIn(page)
      await press(page, 'Pay')
      await press(page, 'Send me a code')
      await press(page, 'Cancel')
      await heading(page, 'Not confirmed')
      await browsing.look(page, 'not-confirmed')
      await page.context().close()
    },
    patience,
  )

  test(
    'the whole way goes by keyboard alone',
    async () => {
      const page = await browsing.aPage({ javaScriptEnabled: true })
      await page.goto(sso.addresses.relyingParty)
      await tabTo(page, 'Sign in')
      await page.keyboard.press('Enter')
      await heading(page, 'Sign in')
      await page.keyboard.type('bob@example.test')
      await page.keyboard.press('Tab')
      await page.keyboard.type(password)
      await page.keyboard.press('Enter')
      await heading(page, 'Rhein Bakery asks for access')
      await tabTo(page, 'Allow')
      await page.keyboard.press('Enter')
      await heading(page, 'Hello, Bob Brunner')
      await tabTo(page, 'Pay')
      await page.keyboard.press('Enter')
      await heading(page, 'Check')
      const before = sso.inbox?.mails().length ?? 0
      await tabTo(page, 'Send me a code')
      await page.keyboard.press('Enter')
      await heading(page, 'Confirm')
      await page.keyboard.type(await newestCode(sso, before))
      await page.keyboard.press('Enter')
      await page.getByText('One step left').waitFor()
      await tabTo(page, /^Pay/)
      await page.keyboard.press('Enter')
      await heading(page, 'Paid')
      await page.context().close()
    },
    patience,
  )

  test(
    'a sign-in that is over says so, with a way to start again',
    async () => {
      const page = await browsing.aPage({ javaScriptEnabled: false })
      await page.goto(`${sso.addresses.issuer}/interaction/lost`)
      await browsing.look(page, 'lost')
      await page.getByRole('link', { name: 'Start again' }).click()
      await heading(page, 'Rhein Bakery')
      await page.context().close()
    },
    patience,
  )

  test.each(['/device', '/auth?client_id=nobody', '/inbox'])(
    'the page at %s keeps the rules, too',
    async (path) => {
      const page = await browsing.aPage({ javaScriptEnabled: true })
      await page.goto(sso.addresses.issuer + path)
      await browsing.look(page, path.replaceAll(/\W+/g, '-').slice(1))
      await page.context().close()
    },
    patience,
  )

  test(
    'in German the same pages speak German',
    async () => {
      const page = await browsing.aPage({ javaScriptEnabled: false, locale: 'de-CH' })
      await page.goto(sso.addresses.relyingParty)
      await press(page, 'Anmelden')
      await heading(page, 'Anmelden')
      await browsing.look(page, 'german-login')
      await logIn(page, password, 'Anmelden')
      await browsing.look(page, 'german-after-login')
      if (await page.getByRole('button', { name: 'Erlauben' }).isVisible()) await press(page, 'Erlauben')
      await heading(page, 'Hallo, Alice Keller')
      await browsing.look(page, 'german-shop-account')
      await press(page, 'Zahlen')
      await browsing.look(page, 'german-ask')
      await page.context().close()
    },
    patience,
  )
})

async function logIn(page: Page, typed = password, button = 'Sign in'): Promise<void> {
  await page.fill('[name=email]', 'alice@example.test')
  await page.fill('[name=password]', typed)
  await press(page, button)
}

/** At the shop, with the consent that was given before. */
async function signedIn(page: Page): Promise<void> {
  await page.goto(sso.addresses.relyingParty)
  await press(page, 'Sign in')
  await logIn(page)
  const allow = page.getByRole('button', { name: 'Allow' })
  if (await allow.isVisible()) await press(page, 'Allow')
  await heading(page, 'Hello')
}

/** Goes on with the Tab key until a button has the focus. */
async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  for (let steps = 0; steps < 30; steps++) {
    await page.keyboard.press('Tab')
    const focused = page.locator('button:focus')
    if ((await focused.count()) === 0) continue
    const words = (await focused.textContent())?.trim() ?? ''
    if (typeof name === 'string' ? words === name : name.test(words)) return
  }
  throw new Error(`No button "${name}" was reached by the Tab key.`)
}
