import { isIPv6 } from 'node:net'
import type { RequestHandler } from 'express'
import { Problem } from './problem.js'

type Count = { used: number; until: number }

const windowMilliseconds = 60_000
const mostClients = 10_000

/** Lets each client through so often a minute, counted by its address in this process. */
export function perMinute(most: number): RequestHandler {
  const counts = new Map<string, Count>()
  return function perMinuteMiddleware(request, _response, next) {
    const count = countOf(counts, clientOf(request.ip), Date.now())
    count.used += 1
    if (count.used <= most) return next()
    next(new Problem('too-many-requests', { retryAfterSeconds: Math.ceil((count.until - Date.now()) / 1000) }))
  }
}

function countOf(counts: Map<string, Count>, client: string, now: number): Count {
  const known = counts.get(client)
  if (known && known.until > now) return known
  if (counts.size >= mostClients) forgetOver(counts, now)
  const fresh = { used: 0, until: now + windowMilliseconds }
  counts.set(client, fresh)
  return fresh
}

function forgetOver(counts: Map<string, Count>, now: number): void {
  for (const [client, { until }] of counts) if (until <= now) counts.delete(client)
  if (counts.size >= mostClients) counts.clear()
}

/** An IPv4 address, or the /64 of an IPv6 one, which a single client has for itself. */
function clientOf(address = 'unknown'): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '')
  if (!isIPv6(plain)) return plain
  const [head = '', tail = ''] = plain.split('::')
  const left = head.split(':').filter(Boolean)
  const right = tail.split(':').filter(Boolean)
  const zeros = Array(Math.max(0, 8 - left.length - right.length)).fill('0')
  return [...left, ...zeros, ...right].slice(0, 4).join(':')
}
