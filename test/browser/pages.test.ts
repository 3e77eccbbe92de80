import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import axe from 'axe-core'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { at } from '../../packages/express/test/pages-gallery.js'
import { findChromium, launchChromium } from './chromium.js'
import { type GalleryServer, pagePaths, serveGallery } from './gallery-server.js'

const chromium = findChromium()
const inBrowser = chromium ? describe : describe.skip
const phone = { width: 360, height: 640 }
const desk = { width: 1280, height: 800 }

/** Every page twice: a brand's colours in English by day, our own in German by night. */
const looks = [
  { language: 'en', colorScheme: 'light', viewport: phone, changes: {} },
  { language: 'de', colorScheme: 'dark', viewport: phone, changes: { theme: { brand: 'Example', helpUrl: '/help' } } },
] as const

let browser: Browser
let server: GalleryServer
/** What the console and the policy complained about. */
let complaints: string[]

inBrowser('the pages in a browser', () => {
  beforeAll(async () => {
    browser = await launchChromium(chromium ?? '')
    server = await serveGallery()
  }, 30_000)

  beforeEach(() => {
    complaints = []
    server.requests.length = 0
    server.challenge.answer = { delivery: 'sent' }
    delete server.challenge.date
  })

  afterAll(async () => {
    await server?.close()
    await browser?.close()
  })

  describe.each(looks)('as a gallery in $language, $colorScheme', ({ language, colorScheme, viewport, changes }) => {
    let seen: Findings

    beforeAll(async () => {
      // As they stand: a page that goes on by itself could not be looked at. What looks at them comes instead, and is read once.
      const gallery = await serveGallery(changes, axe.source)
      const page = await aPage({ viewport, colorScheme })
      seen = await inspectAll(page, gallery.url, pagePaths(language))
      await page.context().close()
      await gallery.close()
    }, 120_000)

    test('no page fails an accessibility rule', () => {
      expect(seen.rules).toEqual([])
    })

    test('every target is large enough for a thumb', () => {
      expect(seen.targets).toEqual([])
    })

    test('the focus is on the field, or else on the heading', () => {
      expect(seen.focus).toEqual([])
    })

    test('facts and field are in sight at 360 by 640', () => {
      expect(seen.sight).toEqual([])
    })

    test('no page scrolls sideways or cuts a word, at 320 pixels and with text of 200 %', () => {
      expect(seen.width).toEqual([])
    })
  })

  describe('with the script', () => {
    test('every page keeps the policy, and the script breaks on none', async () => {
      const page = await aPage()
      for (const path of pagePaths('en')) {
        await page.goto(server.url + path)
      }
      await page.waitForLoadState('networkidle')
      await page.context().close()

      expect(complaints).toEqual([])
    }, 60_000)

    test('the confirmed page sends the interrupted request by itself, once, and Back sends nothing', async () => {
      const page = await aPage()
      await page.goto(`${server.url}/en/code`)
      await page.goto(`${server.url}/en/confirmed-post`)
      await page.waitForURL('**/elsewhere')
      await page.goBack()
      await page.waitForLoadState('networkidle')
      await page.goto(`${server.url}/en/stopped`)
      await page.goBack()
      await page.waitForLoadState('networkidle')

      expect(posts()).toEqual(['POST /transfers'])
      await page.context().close()
    })

    test('the confirmed page goes on to a page by itself', async () => {
      const page = await aPage()
      await page.goto(`${server.url}/en/confirmed-get`)
      await page.waitForURL('**/notes?page=2')

      expect(server.requests).toEqual(['GET /notes?page=2'])
      await page.context().close()
    })

    test('a form is sent once for a click, however fast the second follows', async () => {
      const page = await aPage()
      await page.goto(`${server.url}/en/code`)
      await page.evaluate(
        "document.querySelector('.cs-code').requestSubmit(); document.querySelector('.cs-code').requestSubmit()",
      )
      await page.waitForURL('**/elsewhere')

      expect(posts()).toEqual(['POST /countersign/challenges/c1/answer'])
      await page.context().close()
    })

    test('the browser is asked to remember the time zone', async () => {
      const page = await aPage({ timezoneId: 'America/New_York' })
      await page.goto(`${server.url}/en/code`)
      const [cookie] = await page.context().cookies()

      expect(cookie).toMatchObject({ name: 'countersign-tz', value: 'America/New_York', path: '/', sameSite: 'Lax' })
      await page.context().close()
    })

    test('times named in UTC become those of the person', async () => {
      const gallery = await serveGallery({ timeZone: 'UTC', timeZoneKnown: false })
      const page = await aPage({ timezoneId: 'Europe/Zurich' })
      await page.goto(`${gallery.url}/en/code`)

      expect(await page.locator('[data-countersign-delivery="sent"]').textContent()).toContain('at 14:32.')
      await page.context().close()
      await gallery.close()
    })

    test('a code of one’s own can be hidden while it is typed, and is readable again', async () => {
      const page = await aPage()
      await page.goto(`${server.url}/en/own-code`)
      const button = page.getByRole('button', { name: 'Hide' })
      const looks = () => styleOf(page, '#code', 'webkitTextSecurity')
      expect(await looks()).toBe('none')
      await button.click()
      expect([await looks(), await button.getAttribute('aria-pressed')]).toEqual(['disc', 'true'])
      expect(await page.evaluate('document.activeElement.id')).toBe('code')
      await button.click()

      expect([await looks(), await button.getAttribute('aria-pressed')]).toEqual(['none', 'false'])
      await page.context().close()
    })

    test('a page with a code that is shown once leads on where a browser has kept it', async () => {
      const page = await aPage()
      await page.goto(`${server.url}/en/new-code`)
      await page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
      await page.waitForURL('**/countersign/account')

      expect(server.requests).toEqual(['GET /countersign/account'])
      await page.context().close()
    })

    test('a code that the phone reads fills the field and is not sent', async () => {
      const page = await aPage()
      await page.addInitScript(
        "window.OTPCredential = class {}; navigator.credentials.get = async () => ({ code: '48271936' })",
      )
      await page.goto(`${server.url}/en/code`)
      await page.waitForFunction("document.querySelector('#code').value === '48271936'")

      expect(posts()).toEqual([])
      await page.context().close()
    })
  })

  describe('the status line', () => {
    test('says once that the code is sent, and the sentence above it follows', async () => {
      const page = await aPageAt('14:32')
      server.challenge.answer = { delivery: 'queued' }
      await page.goto(`${server.url}/en/code-queued`)
      await heardBy(page)
      expect(await page.getByText('We are sending a code').isVisible()).toBe(true)

      await countStatusChanges(page)
      server.challenge.answer = { delivery: 'sent' }
      await laterBy(page, 3)
      await says(page, 'The code is sent.')
      await laterBy(page, 9)

      expect(await page.getByText('We sent a code').isVisible()).toBe(true)
      expect(await page.getByText('We are sending a code').isVisible()).toBe(false)
      expect(await page.evaluate('window.statusChanges')).toBe(1)
      await page.context().close()
    })

    test('says that a message could not be delivered', async () => {
      const page = await aPageAt('14:32')
      server.challenge.answer = { delivery: 'failed' }
      await page.goto(`${server.url}/de/code-queued`)

      await says(page, 'a***@e***.com war nicht erreichbar.')
      await page.context().close()
    })

    test('says when a minute is left and when it is over', async () => {
      const page = await aPageAt('14:35')
      await page.goto(`${server.url}/en/code`)
      await heardBy(page)
      expect(await page.getByRole('status').textContent()).toBe('')

      await laterBy(page, 62)
      await says(page, '1 minute left.')
      await laterBy(page, 60)
      await says(page, 'This code has expired.')
      await page.context().close()
    })

    test('goes by the clock of the server', async () => {
      const page = await aPageAt('09:00')
      server.challenge.date = new Date(at('14:36').getTime() + 5_000)
      await page.goto(`${server.url}/en/code`)

      await says(page, '1 minute left.')
      await page.context().close()
    })

    test('says that another tab was faster, and asks no more', async () => {
      const page = await aPageAt('14:32')
      server.challenge.answer = { delivery: 'sent', closed: { why: 'answered', at: at('14:33') } }
      await page.goto(`${server.url}/en/code`)
      await says(page, 'Done in another tab.')
      await laterBy(page, 12)

      expect(server.requests).toEqual(['GET /countersign/challenges/c1'])
      await page.context().close()
    })

    test('says that it was stopped from elsewhere', async () => {
      const page = await aPageAt('14:32')
      server.challenge.answer = { delivery: 'sent', closed: { why: 'revoked', at: at('14:33') } }
      await page.goto(`${server.url}/en/code`)

      await says(page, 'Stopped. Nothing was carried out.')
      await page.context().close()
    })

    test('asks for a minute and no longer', async () => {
      const page = await aPageAt('14:32')
      await page.goto(`${server.url}/en/code`)
      for (let round = 0; round < 25; round += 1) await laterBy(page, 3)

      expect(server.requests.length).toBeGreaterThan(15)
      expect(server.requests.length).toBeLessThanOrEqual(20)
      await page.context().close()
    }, 20_000)

    test('a new code can be asked for at its time and not before, and nothing is said about it', async () => {
      const page = await aPageAt('14:32')
      await page.goto(`${server.url}/en/code`)
      const resend = page.getByRole('button', { name: 'Send a new code' })
      await page.getByText('A new code is possible at 14:33').waitFor()
      await resend.click({ force: true })
      expect(await resend.getAttribute('aria-disabled')).toBe('true')
      expect(posts()).toEqual([])

      await laterBy(page, 62)
      expect(await resend.getAttribute('aria-disabled')).toBeNull()
      expect(await page.getByText('A new code is possible').isVisible()).toBe(false)
      expect(await page.getByRole('status').textContent()).toBe('')
      await page.context().close()
    })
  })

  describe('without the script', () => {
    test.each([
      ['Send 250.00 EUR', 'answer'],
      ['Send a new code', 'resend'],
      ['Cancel', 'cancel'],
      ['Stop and secure my account', 'not-me'],
    ])('[%s] goes to %s', async (name, verb) => {
      const page = await aPage({ javaScriptEnabled: false })
      await page.goto(`${server.url}/en/code`)
      await page.getByRole('button', { name, exact: true }).click()
      await page.waitForURL('**/elsewhere')

      expect(server.requests).toEqual([`POST /countersign/challenges/c1/${verb}`])
      await page.context().close()
    })

    test('the confirmed page waits for its button', async () => {
      const page = await aPage({ javaScriptEnabled: false })
      await page.goto(`${server.url}/en/confirmed-post`)
      await page.waitForLoadState('networkidle')
      expect(server.requests).toEqual([])

      await page.getByRole('button', { name: 'Send 250.00 EUR' }).click()
      await page.waitForURL('**/elsewhere')
      expect(server.requests).toEqual(['POST /transfers'])
      await page.context().close()
    })
  })

  describe('for those who need it otherwise', () => {
    test('Tab goes through the code page in the order of reading, with a ring on each stop', async () => {
      const page = await aPage({ javaScriptEnabled: false })
      await page.goto(`${server.url}/en/code`)
      const stops = [await focusStop(page)]
      for (let step = 0; step < 8; step += 1) {
        await page.keyboard.press('Tab')
        stops.push(await focusStop(page))
      }

      expect(stops.map(({ name }) => name)).toEqual([
        'code',
        'Send 250.00 EUR',
        'Send a new code',
        'Use another way',
        'Cancel',
        'Stop and secure my account',
        'Help',
        'Deutsch',
        'Privacy',
      ])
      for (const { ring } of stops) expect(ring).toBe('solid 3px')
      await page.context().close()
    })

    test('nothing moves when less motion is asked for', async () => {
      const page = await aPage({ reducedMotion: 'reduce' })
      await page.goto(`${server.url}/en/code`)

      expect(await styleOf(page, '.cs-button', 'transitionProperty')).toBe('none')
      await page.context().close()
    })

    test('surfaces and buttons keep an edge in forced colours', async () => {
      const page = await aPage({ forcedColors: 'active' })
      await page.goto(`${server.url}/en/code`)

      for (const part of ['.cs-card', '.cs-facts', '.cs-button', '.cs-field']) {
        expect(await styleOf(page, part, 'borderTopStyle')).toBe('solid')
        expect(await styleOf(page, part, 'borderTopColor')).not.toBe('rgba(0, 0, 0, 0)')
      }
      await page.context().close()
    })

    test('a page that says light stays light in a dark system', async () => {
      const gallery = await serveGallery({ scheme: 'light' })
      const page = await aPage({ colorScheme: 'dark' })
      await page.goto(`${gallery.url}/en/code`)

      expect(await styleOf(page, 'html', 'backgroundColor')).toBe('rgb(245, 246, 247)')
      await page.context().close()
      await gallery.close()
    })

    test('print shows the facts and leaves out what can be pressed', async () => {
      const page = await aPage({ colorScheme: 'dark' })
      await page.goto(`${server.url}/en/code`)
      await page.emulateMedia({ media: 'print' })

      expect(await page.locator('#facts').isVisible()).toBe(true)
      expect(await page.getByRole('button').filter({ visible: true }).count()).toBe(0)
      await page.context().close()
    })
  })

  // For looking: SCREENSHOTS=1, or a part of the names of the pages to look at.
  if (process.env.SCREENSHOTS) {
    test('every page is photographed into test/screenshots', async () => {
      const folder = join(import.meta.dirname, '..', 'screenshots')
      mkdirSync(folder, { recursive: true })
      for (const viewport of [phone, desk]) {
        for (const colorScheme of ['light', 'dark'] as const) await photograph(folder, { viewport, colorScheme })
      }
    }, 600_000)
  }
})

/** A fresh tab that remembers what its console complains about. */
async function aPage(options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: phone, timezoneId: 'Europe/Zurich', ...options })
  const page = await context.newPage()
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  return page
}

/**
 * A tab whose clock stands at a time of the gallery's day and moves with `laterBy` alone. An installed clock runs until it is paused, and
 * cannot be paused in its past: it starts a day early, so that no machine is too slow.
 */
async function aPageAt(time: string): Promise<Page> {
  const page = await aPage()
  await page.clock.install({ time: new Date(at(time).getTime() - 86_400_000) })
  await page.clock.pauseAt(at(time))
  return page
}

/** Moves the clock in steps, so that what is asked meanwhile is answered meanwhile. */
async function laterBy(page: Page, seconds: number): Promise<void> {
  for (let left = seconds; left > 0; left -= 3) {
    await page.clock.runFor(Math.min(left, 3) * 1000)
    await page.evaluate('fetch("/settled")')
  }
  server.requests.splice(0, Number.POSITIVE_INFINITY, ...server.requests.filter((entry) => !entry.includes('settled')))
}

/** Until the first answer about the challenge has come. */
async function heardBy(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle')
}

async function says(page: Page, words: string): Promise<void> {
  await page.getByRole('status').filter({ hasText: words }).waitFor({ timeout: 5_000 })
}

async function countStatusChanges(page: Page): Promise<void> {
  await page.evaluate(
    "window.statusChanges = 0; new MutationObserver(() => { window.statusChanges += 1 }).observe(document.querySelector('[role=status]'), { childList: true, characterData: true, subtree: true })",
  )
}

function posts(): readonly string[] {
  return server.requests.filter((request) => request.startsWith('POST'))
}

/** What is wrong with the pages, by what was looked at. */
type Findings = Readonly<Record<'rules' | 'targets' | 'focus' | 'sight' | 'width', readonly string[]>>

/** Looks at each page once, as a person with a phone does, then with a narrow one and with large text. */
async function inspectAll(page: Page, url: string, paths: readonly string[]): Promise<Findings> {
  const found = { rules: [], targets: [], focus: [], sight: [], width: [] } satisfies Record<keyof Findings, string[]>
  const note = (list: string[], path: string, what: readonly string[]) => {
    list.push(...what.map((one) => `${path}: ${one}`))
  }
  for (const path of paths) {
    await page.goto(url + path)
    note(found.focus, path, await wrongFocus(page))
    note(found.sight, path, await outOfSight(page))
    note(found.targets, path, await smallTargets(page))
    note(found.rules, path, await axeViolations(page))
    await page.setViewportSize({ width: 320, height: 640 })
    note(found.width, path, await tooWide(page))
    await page.evaluate("document.documentElement.style.fontSize = '200%'")
    note(found.width, `${path} with large text`, await tooWide(page))
    await page.setViewportSize(phone)
  }
  return found
}

/** The browser sets the focus with the first frame that it draws. */
async function wrongFocus(page: Page): Promise<readonly string[]> {
  // What went wrong comes first: its field, else its summary.
  const [expected = 'h1'] = await presentOf(page, ['#code', '[aria-invalid=true]', '[tabindex="-1"]:not(h1)'])
  const focused = page.locator(`${expected}:focus`)
  return focused.waitFor({ timeout: 2_000 }).then(
    () => [],
    () => [`the focus is not on ${expected}`],
  )
}

async function presentOf(page: Page, selectors: readonly string[]): Promise<readonly string[]> {
  const counts = await Promise.all(selectors.map((selector) => page.locator(selector).count()))
  return selectors.filter((_, index) => (counts[index] ?? 0) > 0)
}

/** On a page whose script is axe itself. */
async function axeViolations(page: Page): Promise<readonly string[]> {
  return page.evaluate<string[]>(
    "axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations.map((one) => one.id + ' ' + one.nodes.map((node) => node.html).join(' ')))",
  )
}

/** What reaches beyond the right edge, or is cut at its own. */
async function tooWide(page: Page): Promise<readonly string[]> {
  return page.evaluate<string[]>(`[...document.querySelectorAll('body, body *:not(svg, svg *, input)')]
    .filter((element) => element.getBoundingClientRect().right > innerWidth + 0.5 || element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0)
    .map((element) => element.localName + '.' + element.className + ' ' + element.textContent.trim().slice(0, 40))`)
}

async function smallTargets(page: Page): Promise<readonly string[]> {
  return page.evaluate<
    string[]
  >(`[...document.querySelectorAll('button, a, label:has(input), input:not([type=hidden], [type=radio])')]
    .filter((element) => { const { width, height } = element.getBoundingClientRect(); return width < 44 || height < 44 })
    .map((element) => element.localName + ' ' + element.textContent.trim())`)
}

async function outOfSight(page: Page): Promise<readonly string[]> {
  return page.evaluate<string[]>(`[...document.querySelectorAll('#facts, #code')]
    .filter((element) => document.querySelector('#code'))
    .filter((element) => { const { top, bottom } = element.getBoundingClientRect(); return top < 0 || bottom > innerHeight })
    .map((element) => element.id + ' is out of sight')`)
}

async function focusStop(page: Page): Promise<Readonly<{ name: string; ring: string }>> {
  return page.evaluate<{ name: string; ring: string }>(
    "(({ activeElement: it }) => ({ name: it.id || it.textContent.trim(), ring: getComputedStyle(it).outlineStyle + ' ' + getComputedStyle(it).outlineWidth }))(document)",
  )
}

async function styleOf(page: Page, selector: string, property: string): Promise<string> {
  return page.evaluate<string>(`getComputedStyle(document.querySelector('${selector}')).${property}`)
}

async function photograph(folder: string, look: Pick<BrowserContextOptions, 'viewport' | 'colorScheme'>) {
  const wanted = process.env.SCREENSHOTS === '1' ? '' : (process.env.SCREENSHOTS ?? '')
  const page = await aPage({ ...look, javaScriptEnabled: false })
  for (const path of [...pagePaths('en'), ...pagePaths('de')].filter((name) => name.includes(wanted))) {
    await page.goto(server.url + path)
    const name = `${path.slice(1).replace('/', '-')}-${look.viewport?.width}-${look.colorScheme}.png`
    await page.screenshot({ path: join(folder, name), fullPage: true })
  }
  await page.context().close()
}
