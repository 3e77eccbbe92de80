import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import * as client from 'openid-client'
import type { Page } from 'playwright-core'
import { sandboxCallback } from '../../examples/sso/src/provider/clients.js'
import type { Sso } from '../../examples/sso/src/sso.js'
import { aClient } from '../../examples/sso/test/a-client.js'
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

  describe.each([
    ['with scripts', true],
    ['without any script', false],
  ])('a form that the library sends by itself comes through: %s', (_, javaScriptEnabled) => {
    test(
      'to a client that asked for it, in a page of ours',
      async () => {
        const page = await aSandboxPage(javaScriptEnabled)
        await page.goto(await sandboxUrl({ response_mode: 'form_post' }))
        await logIn(page)
        await allow(page)
        await onwards(page, 'form-post', javaScriptEnabled)
        await page.getByText('The client got a POST').waitFor()
        await page.context().close()
      },
      patience,
    )

    test(
      'when another person signs in',
      async () => {
        const page = await aSandboxPage(javaScriptEnabled)
        await page.goto(await sandboxUrl())
        await logIn(page)
        await allow(page)
        await page.getByText('The client got a GET').waitFor()
        await page.goto(await sandboxUrl({ prompt: 'login' }))
        await page.fill('[name=email]', 'bob@example.test')
        await page.fill('[name=password]', password)
        await press(page, 'Sign in')
        await onwards(page, 'account-switch', javaScriptEnabled)
        await allow(page)
        await page.getByText('The client got a GET').waitFor()
        await page.context().close()
      },
      patience,
    )

    test(
      'when nobody is signed in who could be signed out',
      async () => {
        const page = await aSandboxPage(javaScriptEnabled)
        await page.goto(`${sso.addresses.issuer}/session/end`)
        await onwards(page, 'sign-out', javaScriptEnabled)
        await heading(page, 'You are signed out')
        await browsing.look(page, 'signed-out')
        await page.context().close()
      },
      patience,
    )

    test(
      'from the whole address that a device shows',
      async () => {
        const { config } = await aClient(sso)
        const device = await client.initiateDeviceAuthorization(config, { scope: 'openid' })
        const page = await aSandboxPage(javaScriptEnabled)
        await page.goto(String(device.verification_uri_complete))
        await onwards(page, 'device-address', javaScriptEnabled)
        await heading(page, 'Connect Sandbox?')
        await browsing.look(page, 'device-confirm')
        await press(page, 'Continue')
        await logIn(page)
        await allow(page)
        await heading(page, 'The device is connected')
        await browsing.look(page, 'device-done')
        await page.context().close()
      },
      patience,
    )
  })

  test(
    'a payment that cannot be is said at its fields',
    async () => {
      const page = await browsing.aPage({ javaScriptEnabled: true })
      await signedIn(page)
      await page.fill('[name=amount]', '0')
      await page.fill('[name=payee]', 'CH00')
      await press(page, 'Pay')
      await page.getByText('Please check this').waitFor()
      await browsing.look(page, 'shop-wrong')
      expect(await page.inputValue('[name=payee]')).toBe('CH00')
      await page.context().close()
    },
    patience,
  )

  test.each(['/device', '/auth?client_id=nobody', '/inbox', '/nothing'])(
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

/** Somebody before a client of one's own, whose way back says how it was called. */
async function aSandboxPage(javaScriptEnabled: boolean): Promise<Page> {
  const page = await browsing.aPage({ javaScriptEnabled })
  await page.route(`${sandboxCallback}**`, (route) => {
    const body = `<!doctype html><title>Client</title><p>The client got a ${route.request().method()}</p>`
    return route.fulfill({ contentType: 'text/html', body })
  })
  return page
}

async function sandboxUrl(more: Record<string, string> = {}): Promise<string> {
  return (await aClient(sso)).url(more).href
}

/** Consent, where it was not given before. */
async function allow(page: Page): Promise<void> {
  const button = page.getByRole('button', { name: 'Allow' })
  if (await button.isVisible()) await press(page, 'Allow')
}

/** Looks at the page that goes on by itself with script, and by its button without. */
async function onwards(page: Page, name: string, javaScriptEnabled: boolean): Promise<void> {
  if (javaScriptEnabled) return
  await heading(page, 'One moment')
  await browsing.look(page, name)
  await press(page, 'Continue')
}

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
  await allow(page)
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
