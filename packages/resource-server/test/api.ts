import type { Log } from '@countersign/core/door'
import { jest } from '@jest/globals'
import express, { type Express } from 'express'
import { type AccessToken, type Demand, type ResourceServerOptions, resourceServer, tokenOf } from '../src/index.js'
import { audience, type Issuer } from './issuer.js'

export const levels = [{ acr: '1' }, { acr: '2' }, { acr: '3' }] as const

/** An API with one guarded route, which says whose token it saw; `seen` holds the tokens, `lines` what the log heard. */
export type Api = Readonly<{ app: Express; seen: AccessToken[]; lines: string[] }>

/** `GET /orders`, behind a guard. */
export function anApi(
  issuer: Pick<Issuer, 'url'>,
  demand: Demand = { acr: '2', maxAgeSeconds: 300 },
  options: Partial<ResourceServerOptions> = {},
): Api {
  const lines: string[] = []
  const seen: AccessToken[] = []
  const { requireToken } = resourceServer({ issuer: issuer.url, audience, levels, log: logInto(lines), ...options })
  const app = express()
  app.get('/orders', requireToken(demand as Demand<never>), (request, response) => {
    seen.push(tokenOf(request))
    response.json({ subject: tokenOf(request).subject })
  })
  return { app, seen, lines }
}

function logInto(lines: string[]): Log {
  const write: Log['info'] = (_fields, message) => void lines.push(message)
  return { info: write, warn: write, error: write }
}

/** Stops the clock that says what time it is, and nothing else. */
export function stopTheClock(): Readonly<{ pass(seconds: number): void }> {
  jest.useFakeTimers({
    now: Date.now(),
    doNotFake: [
      'hrtime',
      'nextTick',
      'performance',
      'queueMicrotask',
      'setImmediate',
      'clearImmediate',
      'setInterval',
      'clearInterval',
      'setTimeout',
      'clearTimeout',
    ],
  })
  return { pass: (seconds) => void jest.setSystemTime(Date.now() + seconds * 1000) }
}

export function letTheClockRun(): void {
  jest.useRealTimers()
}
