import { isIPv4, isIPv6 } from 'node:net'
import type { Request } from 'express'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'

/**
 * What is limited for an address of the network, and how often in a minute. Reading is loose: many people may share an address.
 * What ends something has room of its own, so that nobody who guesses beside a person keeps him from ending his code.
 */
const perMinute = { answer: 30, send: 30, link: 30, end: 30, read: 300 } as const

/** What a request does, as far as limits per address are concerned. */
export type LimitedAct = keyof typeof perMinute

/** Counts a request; says after how many seconds to come again when there were too many. */
export type ClientLimits = (request: Request, act: LimitedAct) => Promise<number | undefined>

/** Limits per address of the client, in this process. They are additional: what counts is in the subject's document. */
export function clientLimits(): ClientLimits {
  const limiters = Object.fromEntries(Object.entries(perMinute).map(([act, points]) => [act, limiter(points)]))
  return async function countRequest(request, act) {
    return limiters[act]?.consume(clientKey(request.ip)).then(() => undefined, secondsToWait)
  }
}

/** No limits, for tests. */
export const noClientLimits: ClientLimits = async () => undefined

function limiter(points: number): RateLimiterMemory {
  return new RateLimiterMemory({ points, duration: 60 })
}

function secondsToWait(reason: unknown): number {
  return reason instanceof RateLimiterRes ? Math.max(1, Math.ceil(reason.msBeforeNext / 1000)) : 60
}

/**
 * What stands for a client: its IPv4 address, also when it is written as an IPv6 one, or the /64 of its IPv6 address, which one
 * household has. All whose address is unknown share one.
 */
export function clientKey(address: string | undefined): string {
  if (!address) return 'unknown'
  if (isIPv4(address)) return address
  const plain = address.split('%', 1)[0] ?? ''
  return isIPv6(plain) ? keyOfIPv6(groupsOf(plain)) : 'unknown'
}

function keyOfIPv6(groups: readonly number[]): string {
  const mapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff
  if (!mapped)
    return groups
      .slice(0, 4)
      .map((group) => group.toString(16))
      .join(':')
  return groups
    .slice(6)
    .flatMap((group) => [group >> 8, group & 255])
    .join('.')
}

/** The eight groups; the URL parser brings every way of writing into one. */
function groupsOf(address: string): number[] {
  const [head = [], tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::').map(numbersIn)
  if (tail === undefined) return [...head]
  return [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail]
}

function numbersIn(part: string): number[] {
  return part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16))
}
