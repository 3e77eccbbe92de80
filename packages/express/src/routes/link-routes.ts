import express, { type Router } from 'express'
import type { Parts } from '../parts.js'
import { acceptProof, linkFormShape, linkShape, showNotMe, showProof, stopNotMe } from './links.js'
import { serveAsset } from './serve-asset.js'
import { route } from './visit.js'

/** What any door with pages has to serve: what the links of messages lead to, and the files of the pages. */
export function linkRoutes(parts: Parts): Router {
  const router = express.Router()
  router.get('/not-me', route(parts, linkShape(parts), showNotMe(parts)))
  router.post('/not-me', route(parts, linkFormShape(parts, 'not-me'), stopNotMe(parts)))
  router.get('/proofs', route(parts, linkShape(parts), showProof(parts)))
  router.post('/proofs', route(parts, linkFormShape(parts, 'proofs'), acceptProof(parts)))
  router.get('/assets/:name', serveAsset(parts))
  return router
}
