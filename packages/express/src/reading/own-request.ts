import type { Request } from 'express'
import { type Problem, problem } from '../answering/problem.js'
import type { OwnHosts } from './own-hosts.js'

/** Why a request to our routes is not looked at, or nothing. */
export function foreignness(request: Request, own: OwnHosts): Problem | undefined {
  if (!own.knowsHost(hostOf(request))) return problem('unknown-host')
  if (!changesState(request)) return undefined
  if (!isOwn(request, own)) return problem('foreign-origin')
  return hasReadableBody(request) ? undefined : problem('unsupported-media-type')
}

/** The host that the browser named; a proxy's word for it counts where Express trusts the proxy. */
function hostOf(request: Request): string | undefined {
  const trusts: unknown = request.app.get('trust proxy fn')
  const forwarded = request.get('x-forwarded-host')
  const byProxy = forwarded && typeof trusts === 'function' && trusts(request.socket.remoteAddress, 0) === true
  return byProxy ? forwarded.split(',', 1)[0]?.trim() : request.get('host')
}

function changesState({ method }: Request): boolean {
  return method !== 'GET' && method !== 'HEAD'
}

/** `Origin: null` is never in the list, so that it is own only by the browser's word (`Sec-Fetch-Site`). */
function isOwn(request: Request, own: OwnHosts): boolean {
  if (request.get('sec-fetch-site') === 'same-origin' || own.knowsOrigin(request.get('origin'))) return true
  return request.get('authorization') !== undefined && request.get('cookie') === undefined
}

function hasReadableBody(request: Request): boolean {
  const type = request.get('content-type')
  if (type === undefined) return !hasBody(request)
  return (
    Boolean(request.is(['application/json', 'application/x-www-form-urlencoded'])) ||
    isEmptyOfReadableType(type, request)
  )
}

/** `request.is` says null for an empty body, whatever its type is. */
function isEmptyOfReadableType(type: string, request: Request): boolean {
  return !hasBody(request) && /^application\/(?:json|x-www-form-urlencoded)\s*(?:;|$)/i.test(type)
}

function hasBody(request: Request): boolean {
  return request.get('transfer-encoding') !== undefined || Number(request.get('content-length') ?? 0) > 0
}
