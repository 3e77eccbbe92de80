import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from '@jest/globals'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { launchChromium } from './chromium.js'
import { anInspector } from './inspector.js'

const photographs = join(import.meta.dirname, '..', 'screenshots')

/** A browser in which people walk, and what was noticed on their ways. */
export interface Browsing {
  /** A fresh tab of somebody in Zurich with a phone, unless said otherwise. */
  aPage(look?: BrowserContextOptions): Promise<Page>
  /** Keeps a page to the rules, in both colours. For looking: SCREENSHOTS=1 photographs it in each look. */
  look(page: Page, name: string): Promise<void>
  /** What a console, the policy or the rules of accessibility complained about since the last time. */
  complaints(): Promise<readonly string[]>
  close(): Promise<void>
}

/** Starts a browser. `album` stands before the names of its photographs. */
export async function aBrowsing(chromium: string, album: string): Promise<Browsing> {
  mkdirSync(photographs, { recursive: true })
  const browser = await launchChromium(chromium)
  const inspector = await anInspector(browser)
  let heard: string[] = []
  /** Pages that were looked at: ways that differ a little have mostly the same ones. */
  const seen = new Set<string>()

  return {
    async aPage(look) {
      const page = await aTab(browser, look)
      page.on('console', (message) => {
        // A refusal is no complaint: 422 for a form, or 401 for a page that asks on after all sessions have ended.
        const isRefusal = message.text().includes('the server responded with a status of 4')
        if (!isRefusal && ['error', 'warning'].includes(message.type())) heard.push(message.text())
      })
      page.on('pageerror', (error) => heard.push(error.message))
      return page
    },

    async look(page, name) {
      expect([name, await tooWideAt(page)]).toEqual([name, []])
      if (seen.has(name)) return
      seen.add(name)
      await inspector.add(name, page)
      if (process.env.SCREENSHOTS) await photograph(page, `${album}-${name}`)
    },

    async complaints() {
      const all = [...(await inspector.findings()), ...heard]
      heard = []
      return all
    },

    async close() {
      await inspector.close()
      await browser.close()
    },
  }
}

async function aTab(browser: Browser, look: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 360, height: 640 },
    timezoneId: 'Europe/Zurich',
    locale: 'en-GB',
    reducedMotion: 'reduce',
    ...look,
  })
  return context.newPage()
}

/** Widths at which the page scrolls sideways: the one that it is looked at with, and the least that there is. */
async function tooWideAt(page: Page): Promise<readonly number[]> {
  const { width, height } = page.viewportSize() ?? { width: 360, height: 640 }
  const wrong: number[] = []
  for (const narrow of [320, width]) {
    await page.setViewportSize({ width: narrow, height })
    const fits = await page.evaluate<boolean>('document.documentElement.scrollWidth <= innerWidth')
    if (!fits) wrong.push(narrow)
  }
  return wrong
}

async function photograph(page: Page, name: string): Promise<void> {
  const before = page.viewportSize()
  for (const [width, height] of [
    [1280, 800],
    [360, 640],
  ] as const) {
    await page.setViewportSize({ width, height })
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme })
      await page.screenshot({ path: join(photographs, `${name}-${width}-${colorScheme}.png`), fullPage: true })
    }
  }
  if (before) await page.setViewportSize(before)
}
