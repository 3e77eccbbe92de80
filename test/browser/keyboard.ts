import type { Page } from 'playwright-core'

/** Longer than any page has stops. */
const mostStops = 60

/** What has the focus: the words on it, or those of its label. */
const focused = "(({ activeElement: it }) => (it.labels?.[0] ?? it).textContent.trim().replace(/\\s+/g, ' '))(document)"

/** Goes on by Tab until what has that name has the focus. */
export async function tabTo(page: Page, name: string): Promise<void> {
  const passed: string[] = []
  for (let stop = 0; stop < mostStops; stop += 1) {
    await page.keyboard.press('Tab')
    const at = await page.evaluate<string>(focused)
    if (at === name) return
    passed.push(at)
  }
  throw new Error(`No Tab led to "${name}". It passed ${JSON.stringify(passed)}.`)
}

/** Goes to what has that name and presses Enter. */
export async function enter(page: Page, name: string): Promise<void> {
  await tabTo(page, name)
  await page.keyboard.press('Enter')
  await page.waitForLoadState()
}

/** Types where the focus is, and sends. */
export async function typeAndSend(page: Page, text: string): Promise<void> {
  await page.keyboard.type(text)
  await page.keyboard.press('Enter')
  await page.waitForLoadState()
}
