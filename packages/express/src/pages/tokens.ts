import type { Palette } from './colours.js'
import type { Theme } from './page.js'
import { paletteOf } from './theme.js'

/** What is the same by day and by night: type, spacing, shape, motion. */
const measures: Readonly<Record<string, string>> = {
  font: 'system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif',
  mono: 'ui-monospace,"SF Mono",Menlo,Consolas,monospace',
  'text-s': '.875rem',
  'text-m': '1rem',
  'text-l': '1.125rem',
  'text-xl': '1.375rem',
  'text-code': '1.5rem',
  'text-2xl': 'clamp(1.5rem,1.35rem + .7vw,1.875rem)',
  1: '.25rem',
  2: '.5rem',
  3: '.75rem',
  4: '1rem',
  5: '1.5rem',
  6: '2rem',
  7: '3rem',
  'radius-s': '.375rem',
  'radius-m': '.625rem',
  'radius-l': '1rem',
  target: '3rem',
  'target-min': '2.75rem',
  card: '29rem',
  measure: '62ch',
  ring: '.1875rem',
  quick: '120ms ease-out',
}

const lightShadow = '0 1px 2px rgb(24 28 32/.06),0 6px 20px rgb(24 28 32/.06)'
const darkShadow = 'inset 0 0 0 1px var(--cs-line)'

/**
 * The custom properties alone, `--cs-...`, for pages of the application that want the same look. Light and dark by the
 * person's system; `html[data-theme]` beats it. Throws `ERR_COUNTERSIGN_THEME` as `stylesheet` does.
 */
export function tokens(theme: Theme): string {
  const light = colourRules(paletteOf(theme, 'light'), 'light', lightShadow)
  const dark = colourRules(paletteOf(theme, 'dark'), 'dark', darkShadow)
  return `:root{${properties(measures)}}
:root{${light}}
@media (prefers-color-scheme:dark){:root{${dark}}}
html[data-theme="light"]{${light}}
html[data-theme="dark"]{${dark}}
@media (prefers-reduced-motion:reduce){html:root{--cs-quick:0s}}
`
}

function colourRules(palette: Palette, scheme: 'light' | 'dark', shadow: string): string {
  return `color-scheme:${scheme};${properties({ ...palette, shadow })}`
}

function properties(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `--cs-${name}:${value}`)
    .join(';')
}
