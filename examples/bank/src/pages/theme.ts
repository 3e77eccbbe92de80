import type { Theme } from '@countersign/express'

const logo = `<svg viewBox="0 0 24 24" width="24" height="24" fill="currentColor" aria-hidden="true" focusable="false"><path d="M12 1.8c-5 3-8 6.7-8 11a8 8 0 0 0 6.9 7.9V23h2.200v-2.300A8 8 0 0 0 20 12.800c0-4.300-3-8-8-11Zm1.100 16.700v-3.100l3.500-3.500-1.500-1.500-2 2V8.200h-2.200v6.600l-2-2-1.500 1.500 3.500 3.500v.7a5.800 5.800 0 0 1-4.700-5.700c0-3.100 2-5.900 5.800-8.400 3.800 2.500 5.800 5.300 5.800 8.400a5.800 5.800 0 0 1-4.700 5.700Z"/></svg>`

/** The mark alone, for the tab of a browser. */
export const mark: string = logo
  .replace('<svg ', '<svg xmlns="http://www.w3.org/2000/svg" ')
  .replace('currentColor', '#1b5a4a')

/** How Lindenhof Bank looks, on its own pages and on those of Countersign. */
export const theme = {
  brand: 'Lindenhof Bank',
  logo,
  homeUrl: '/account',
  colours: {
    light: { accent: '#1b5a4a', 'accent-strong': '#12443a', 'accent-tint': '#e4f0ea', 'on-accent': '#fff' },
    dark: { accent: '#7fd0b4', 'accent-strong': '#a9e5cf', 'accent-tint': '#1c312a', 'on-accent': '#0a1f18' },
  },
} as const satisfies Theme
