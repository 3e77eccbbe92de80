import type { Page } from 'playwright-core'

/** Presses a button, or follows a link, of that name. */
export async function press(page: Page, name: string): Promise<void> {
  const button = page.getByRole('button', { name, exact: true }).or(page.getByRole('link', { name, exact: true }))
  await button.first().click()
  await page.waitForLoadState()
}

/** Types a code into the one field for it, and presses a button. */
export async function type(page: Page, code: string, button: string): Promise<void> {
  await page.fill('#code', code)
  await press(page, button)
}

/** Waits for a page with such a heading. */
export async function heading(page: Page, words: string): Promise<void> {
  await page.getByRole('heading', { level: 1 }).filter({ hasText: words }).waitFor({ timeout: 10_000 })
}

/** Waits for a page that says so. */
export async function says(page: Page, words: string): Promise<void> {
  await page.getByText(words).first().waitFor({ timeout: 10_000 })
}
