import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const usualPlaces = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** The browser to test with: `CHROMIUM_PATH`, or where Debian puts it. Without one, a loud line and `undefined`. */
export function findChromium(): string | undefined {
  const found = [process.env.CHROMIUM_PATH ?? [], usualPlaces].flat().find((path) => existsSync(path))
  if (!found) {
    console.warn('NO CHROMIUM: THE TESTS IN A BROWSER DID NOT RUN. Install chromium, or name one in CHROMIUM_PATH.')
  }
  return found
}

/** Starts it without a window, and without anything that it would like to ask the network. */
export function launchChromium(executablePath: string): Promise<Browser> {
  const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-sync']
  return chromium.launch({ executablePath, args: ['--headless', '--no-sandbox', '--disable-gpu', ...quiet] })
}
