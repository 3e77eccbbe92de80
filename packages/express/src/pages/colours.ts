/** The names of the colour tokens, without `--cs-`. */
export type Colour =
  | 'bg'
  | 'surface'
  | 'sunken'
  | 'line'
  | 'ink'
  | 'soft'
  | 'edge'
  | 'accent'
  | 'accent-strong'
  | 'accent-tint'
  | 'on-accent'
  | 'danger'
  | 'danger-tint'
  | 'warn'
  | 'warn-tint'
  | 'good'
  | 'good-tint'

/** A colour for each name. */
export type Palette = Readonly<Record<Colour, string>>

/** By day. The contrasts of both palettes are kept by a test. */
export const light: Palette = {
  bg: '#f5f6f7',
  surface: '#fff',
  sunken: '#f1f3f5',
  line: '#dcdfe3',
  ink: '#181c20',
  soft: '#555c64',
  edge: '#7b828a',
  accent: '#244c9a',
  'accent-strong': '#1a3a78',
  'accent-tint': '#e8eefa',
  'on-accent': '#fff',
  danger: '#a8261c',
  'danger-tint': '#fdeeec',
  warn: '#7a4b00',
  'warn-tint': '#fcf3df',
  good: '#1c6b3c',
  'good-tint': '#e7f4eb',
}

/** By night. */
export const dark: Palette = {
  bg: '#101214',
  surface: '#191c1f',
  sunken: '#22262a',
  line: '#363b41',
  ink: '#eceef0',
  soft: '#adb4bb',
  edge: '#858d95',
  accent: '#9dbcff',
  'accent-strong': '#c2d5ff',
  'accent-tint': '#1f2940',
  'on-accent': '#0c1a36',
  danger: '#ff9a8f',
  'danger-tint': '#3a1d1a',
  warn: '#f0c061',
  'warn-tint': '#332812',
  good: '#83d79b',
  'good-tint': '#182f20',
}
