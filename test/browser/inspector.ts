import axe from 'axe-core'
import type { Browser, Page } from 'playwright-core'

/** Looks at pages by the rules of accessibility, while whoever walks through them goes on. */
export interface Inspector {
  /** Takes a page as it stands now and looks at it in its turn, in both colours. */
  add(name: string, page: Page): Promise<void>
  /** What was wrong with the pages since the last time, once all were looked at. */
  findings(): Promise<readonly string[]>
  close(): Promise<void>
}

/** A page as it stood. */
type Snapshot = Readonly<{ name: string; url: string; html: string }>

/** A script in the page itself rests by this; the rules are brought along from outside. */
const noScript = { 'content-security-policy': "script-src 'none'" }

/**
 * An inspector with a tab of its own. The rules are looked at by a script, on a copy whose own scripts rest: where none may run at all,
 * the page itself could not be looked at, and one that goes on by itself would be gone.
 */
export async function anInspector(browser: Browser): Promise<Inspector> {
  // Colours that are still on their way from one scheme to the other would be measured in between.
  const context = await browser.newContext({ viewport: { width: 360, height: 640 }, reducedMotion: 'reduce' })
  const copy = await context.newPage()
  let shown: Snapshot | undefined
  let found: string[] = []
  let turn: Promise<void> = Promise.resolve()

  await copy.route('**/*', async (route) => {
    const url = route.request().url()
    if (url === shown?.url) await route.fulfill({ contentType: 'text/html', headers: noScript, body: shown.html })
    else if (url.endsWith('.css')) await route.continue()
    else await route.abort()
  })

  async function inspect(snapshot: Snapshot): Promise<void> {
    shown = snapshot
    await copy.goto(snapshot.url)
    await copy.evaluate(axe.source)
    for (const colorScheme of ['light', 'dark'] as const) {
      await copy.emulateMedia({ colorScheme })
      found.push(...(await violations(copy)).map((one) => `${snapshot.name}, ${colorScheme}: ${one}`))
    }
  }

  return {
    async add(name, page) {
      const snapshot = { name, url: page.url(), html: await page.content() }
      turn = turn.then(() => inspect(snapshot)).catch((error) => void found.push(`${name}: ${String(error)}`))
    },
    async findings() {
      await turn
      const all = found
      found = []
      return all
    },
    close: () => context.close(),
  }
}

function violations(page: Page): Promise<readonly string[]> {
  return page.evaluate<string[]>(
    "axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations.map((one) => one.id + ' ' + one.nodes.map((node) => node.html).join(' ')))",
  )
}
