import { describe, expect, test } from '@jest/globals'
import { type Colour, dark, light, type Palette } from '../src/pages/colours.js'
import { contrast } from '../src/pages/contrast.js'
import type { Theme } from '../src/pages/page.js'
import { stylesheet } from '../src/pages/stylesheet.js'
import { tokens } from '../src/pages/tokens.js'
import { theme } from './pages-gallery.js'

const plain: readonly Colour[] = ['bg', 'surface', 'sunken']
const tints: readonly Colour[] = ['accent-tint', 'danger-tint', 'warn-tint', 'good-tint']
const every: readonly Colour[] = [...plain, ...tints]

/** Each colour, what it is printed on, and the least contrast by day and by night. */
const promised: readonly (readonly [Colour, readonly Colour[], number, number])[] = [
  ['ink', every, 14.7, 12.3],
  ['soft', every, 5.8, 6.8],
  ['edge', every, 3.3, 4.3],
  ['accent', [...plain, 'accent-tint'], 7.0, 7.6],
  ['on-accent', ['accent'], 8.2, 9.1],
  ['danger', [...plain, 'danger-tint'], 6.3, 7.4],
  ['warn', [...plain, 'warn-tint'], 6.7, 8.5],
  ['good', [...plain, 'good-tint'], 5.8, 8.3],
]

function leastContrast(palette: Palette, ink: Colour, grounds: readonly Colour[]): number {
  return Math.min(...grounds.map((ground) => contrast(palette[ink], palette[ground])))
}

describe('contrast', () => {
  test('black on white is 21 to 1, in either order and either length', () => {
    expect(contrast('#000', '#ffffff')).toBeCloseTo(21)
    expect(contrast('#FFF', '#000000')).toBeCloseTo(21)
  })

  test.each(promised)('%s keeps its least contrast on every ground', (ink, grounds, byDay, byNight) => {
    expect(leastContrast(light, ink, grounds)).toBeCloseTo(byDay, 1)
    expect(leastContrast(dark, ink, grounds)).toBeCloseTo(byNight, 1)
  })

  test('the pressed and hovered accent can be read, too', () => {
    for (const palette of [light, dark]) {
      expect(contrast(palette['on-accent'], palette['accent-strong'])).toBeGreaterThan(8)
      expect(leastContrast(palette, 'accent-strong', every)).toBeGreaterThan(7)
    }
  })
})

describe('the tokens', () => {
  const css = tokens({ brand: 'Example' })

  test('follow the system, and a page that says otherwise', () => {
    const bySystem = css.indexOf('@media (prefers-color-scheme:dark)')

    expect(css).toContain('--cs-bg:#f5f6f7')
    expect(css.slice(bySystem)).toContain('--cs-bg:#101214')
    expect(css.indexOf('html[data-theme="light"]')).toBeGreaterThan(bySystem)
    expect(css.indexOf('html[data-theme="dark"]')).toBeGreaterThan(bySystem)
  })

  test('are custom properties and nothing else', () => {
    expect(css).not.toMatch(/\.cs-/)
    expect(css).toContain('--cs-text-2xl:clamp(1.5rem,1.35rem + .7vw,1.875rem)')
    expect(css).toContain('--cs-card:29rem')
  })

  test('stand at the head of the stylesheet', () => {
    expect(stylesheet({ brand: 'Example' }).startsWith(css)).toBe(true)
  })

  test('are all defined that the stylesheet uses', () => {
    const used = [...stylesheet(theme).matchAll(/var\((--cs-[\w-]+)\)/g)].map(([, name]) => name)

    for (const name of used) expect(css).toContain(`${name}:`)
  })
})

describe('a brand', () => {
  test('brings its accent by day and by night', () => {
    const css = stylesheet(theme)

    expect(css).toContain('--cs-accent:#1b5a4a')
    expect(css).toContain('--cs-accent:#7fd0b4')
    expect(css).not.toContain('#244c9a')
  })

  test.each([
    ['red'],
    ['#12345'],
    ['#244c9a;}body{display:none'],
    ['url(https://elsewhere.example)'],
    ['#244c9a\n'],
    ['</style>'],
  ])('cannot bring %j for a colour', (accent) => {
    expect(thrownBy({ brand: 'Example', colours: { light: { accent } } })).toMatchObject({
      code: 'ERR_COUNTERSIGN_THEME',
      message: expect.stringContaining('Give a hex colour such as "#244c9a".'),
    })
  })

  test('cannot bring a colour that is not its own', () => {
    const colours = { light: { danger: '#000000' } } as unknown as NonNullable<Theme['colours']>

    expect(thrownBy({ brand: 'Example', colours })).toMatchObject({
      code: 'ERR_COUNTERSIGN_THEME',
      message: 'The theme sets "colours.light.danger". A brand sets accent, accent-strong, accent-tint, on-accent.',
    })
  })

  test('cannot bring an accent that nobody can read', () => {
    expect(thrownBy({ brand: 'Example', colours: { light: { accent: '#ffd400' } } })).toMatchObject({
      code: 'ERR_COUNTERSIGN_THEME',
      message: expect.stringMatching(/light colours put accent #ffd400 on bg #f5f6f7, a contrast of 1\.3:1/),
    })
  })

  test.each([
    ['<img src="/logo.png">'],
    ['<svg><script>alert(1)</script></svg>'],
    ['<svg onload="alert(1)"></svg>'],
    ['<svg><path style="fill:red"/></svg>'],
    ['<svg></svg><p>more</p>'],
  ])('cannot bring %j for a logo', (logo) => {
    expect(thrownBy({ brand: 'Example', logo })).toMatchObject({ code: 'ERR_COUNTERSIGN_THEME' })
  })

  test('has a name', () => {
    expect(thrownBy({ brand: ' ' })).toMatchObject({
      code: 'ERR_COUNTERSIGN_THEME',
      message: expect.stringContaining('The theme has no "brand".'),
    })
  })
})

function thrownBy(wrong: Theme): unknown {
  try {
    stylesheet(wrong)
  } catch (error) {
    return error
  }
  throw new Error('The theme was accepted.')
}
