import { CountersignError } from '@countersign/core'
import { type Colour, dark, light, type Palette } from './colours.js'
import { contrast } from './contrast.js'
import type { BrandColour, Theme } from './page.js'

/** By day and by night. */
export type Scheme = 'light' | 'dark'

const brandColours: readonly string[] = [
  'accent',
  'accent-strong',
  'accent-tint',
  'on-accent',
] satisfies readonly BrandColour[]

/** What is printed on what with a brand's colours. WCAG 2.2, 1.4.3: text needs 4.5:1. */
const brandPairs: readonly (readonly [Colour, Colour])[] = [
  ['accent', 'bg'],
  ['accent', 'surface'],
  ['accent', 'sunken'],
  ['accent', 'accent-tint'],
  ['accent-strong', 'surface'],
  ['ink', 'accent-tint'],
  ['on-accent', 'accent'],
  ['on-accent', 'accent-strong'],
]

/**
 * The colours of a scheme with the brand's in place of ours. Throws `ERR_COUNTERSIGN_THEME` for what is no colour of a
 * brand, is not written as hex, or cannot be read.
 */
export function paletteOf(theme: Theme, scheme: Scheme): Palette {
  const own = Object.entries(theme.colours?.[scheme] ?? {})
  for (const [name, value] of own) checkColour(scheme, name, value)
  const palette: Palette = { ...(scheme === 'light' ? light : dark), ...Object.fromEntries(own) }
  if (own.length > 0) checkContrast(scheme, palette)
  return palette
}

/** Throws `ERR_COUNTERSIGN_THEME` for a theme whose pages would be broken or unsafe. */
export function checkTheme(theme: Theme): void {
  if (typeof theme.brand !== 'string' || theme.brand.trim() === '') {
    throw themeError('The theme has no "brand". Give the name that people know you by, such as "Lindenhof Bank".')
  }
  paletteOf(theme, 'light')
  paletteOf(theme, 'dark')
  if (theme.logo !== undefined) checkLogo(theme.logo)
}

function checkColour(scheme: Scheme, name: string, value: unknown): void {
  if (!brandColours.includes(name)) {
    throw themeError(`The theme sets "colours.${scheme}.${name}". A brand sets ${brandColours.join(', ')}.`)
  }
  if (typeof value !== 'string' || !/^#(?:[0-9a-f]{3}|[0-9a-f]{6})$/i.test(value)) {
    const got = JSON.stringify(value)
    throw themeError(`The theme has "colours.${scheme}.${name}: ${got}". Give a hex colour such as "#244c9a".`)
  }
}

function checkContrast(scheme: Scheme, palette: Palette): void {
  for (const [ink, ground] of brandPairs) {
    const ratio = contrast(palette[ink], palette[ground])
    if (ratio >= 4.5) continue
    throw themeError(
      `The theme's ${scheme} colours put ${ink} ${palette[ink]} on ${ground} ${palette[ground]}, ` +
        `a contrast of ${ratio.toFixed(1)}:1. Text needs 4.5:1: move one of the two.`,
    )
  }
}

/** Printed as it is, so it must be a drawing and nothing more; scripts and inline styles would be blocked anyway. */
function checkLogo(logo: string): void {
  const drawing = /^\s*<svg[\s>][\s\S]*<\/svg>\s*$/i.test(logo)
  if (!drawing || /<\s*(?:script|style|foreignObject)|\s(?:on\w+|style)\s*=|javascript:/i.test(logo)) {
    throw themeError(
      'The theme\'s "logo" is not a plain inline SVG. Give "<svg ...>...</svg>" without scripts, styles and handlers; ' +
        'colours go into attributes such as fill="currentColor".',
    )
  }
}

function themeError(message: string): CountersignError {
  return new CountersignError('ERR_COUNTERSIGN_THEME', message)
}
