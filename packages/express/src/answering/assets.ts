import { createHash } from 'node:crypto'
import type { Theme } from '../pages/page.js'
import { pageScript } from '../pages/page-script.js'
import { stylesheet } from '../pages/stylesheet.js'

/** A file that the pages load. */
export type Asset = Readonly<{ name: string; type: string; body: string; etag: string }>

/** The two files of the pages; their names change with what is in them, so that they may be kept for ever. */
export type Assets = Readonly<{ stylesheet: Asset; script: Asset }>

/** The files of the pages, in the colours of a brand. */
export function assetsFor(theme: Theme): Assets {
  return { stylesheet: asset('pages', 'css', stylesheet(theme)), script: asset('pages', 'js', pageScript) }
}

const types = { css: 'text/css; charset=utf-8', js: 'text/javascript; charset=utf-8' } as const

function asset(stem: string, kind: keyof typeof types, body: string): Asset {
  const digest = createHash('sha256').update(body).digest('base64url').slice(0, 16)
  return { name: `${stem}-${digest}.${kind}`, type: types[kind], body, etag: `"${digest}"` }
}
