import type { RequestHandler } from 'express'
import { problem } from '../answering/problem.js'
import { sendProblem } from '../answering/respond.js'
import type { Parts } from '../parts.js'

/** `GET {base}/assets/:name`: the style sheet and the script of the pages, to be kept for ever under the name that they have. */
export function serveAsset({ assets }: Parts): RequestHandler {
  const files = new Map([assets.stylesheet, assets.script].map((asset) => [asset.name, asset]))
  return function serveAssetRoute(request, response) {
    const { name } = request.params
    const asset = typeof name === 'string' ? files.get(name) : undefined
    if (!asset) return sendProblem(request, response, problem('not-found'))
    response.set({
      'Content-Type': asset.type,
      'Cache-Control': 'public, max-age=31536000, immutable',
      ETag: asset.etag,
    })
    response.send(asset.body)
  }
}
