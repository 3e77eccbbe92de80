import { CountersignError, type Level } from '@countersign/core'
import type { AcrLevel } from '../options.js'

/** A level with its place. `action` is what a step-up to it is in Countersign. */
export type Rung = Readonly<{ acr: string; rank: number; level: AcrLevel }>

/** A level that a code reaches. */
export type StepUpRung = Rung &
  Readonly<{ action: string; proves: Exclude<Level, 'base'>; raisedBy: readonly string[] }>

/** The levels in their order. */
export type Ladder = Readonly<{
  lowest: Rung
  all: readonly Rung[]
  /** Those that a code reaches, the weakest first. */
  byCode: readonly StepUpRung[]
  of: (acr: string | undefined) => Rung | undefined
  /** What a code for an `acr` reaches. */
  byCodeOf: (acr: string | undefined) => StepUpRung | undefined
  /** An `acr` that is no level stands with the lowest. */
  rankOf: (acr: string | undefined) => number
}>

/** Seconds that a step-up lasts at most. */
const longest = 900

/**
 * Puts the levels in order.
 * @throws CountersignError `ERR_COUNTERSIGN_OIDC_LEVELS` for levels that cannot mean what they say.
 */
export function ladderOf(levels: readonly AcrLevel[]): Ladder {
  checkLevels(levels)
  const all = levels.map((level, rank) => rungOf(level, rank))
  const [lowest] = all
  if (!lowest) throw wrong('there are none', 'Give at least two')
  const byCode = all.filter(isByCode)
  const of = (acr: string | undefined) => all.find((rung) => rung.acr === acr)
  return {
    lowest,
    all,
    byCode,
    of,
    byCodeOf: (acr) => byCode.find((rung) => rung.acr === acr),
    rankOf: (acr) => of(acr)?.rank ?? 0,
  }
}

function rungOf(level: AcrLevel, rank: number): Rung | StepUpRung {
  const { acr, stepUp, raisedBy = [] } = level
  if (!stepUp) return { acr, rank, level }
  return { acr, rank, level, action: `countersign.sign-in.${rank}`, proves: level.level ?? 'code', raisedBy }
}

function isByCode(rung: Rung | StepUpRung): rung is StepUpRung {
  return 'action' in rung
}

function checkLevels(levels: readonly AcrLevel[]): void {
  if (!Array.isArray(levels) || levels.length < 2) throw wrong('they are fewer than two', 'Give at least two')
  for (const level of levels) checkLevel(level)
  const names = levels.map(({ acr }) => acr)
  const twice = names.find((acr, index) => names.indexOf(acr) !== index)
  if (twice !== undefined) throw wrong(`"${twice}" is there twice`, 'Name each level once')
  if (levels[0]?.stepUp) throw wrong('the first one has "stepUp"', 'The first is what a login gives')
  if (!levels.some(({ stepUp }) => stepUp)) throw wrong('none has "stepUp: true"', 'Say which ones a code reaches')
}

function checkLevel({ acr, stepUp, ttlSeconds }: AcrLevel): void {
  // RFC 9470, 3 and OIDC Core 3.1.2.1: values are separated by spaces.
  if (typeof acr !== 'string' || !/^[\x21\x23-\x5b\x5d-\x7e]+$/.test(acr))
    throw wrong(`${JSON.stringify(acr)} is no "acr"`, 'Give a text of printable characters without spaces and quotes')
  if (ttlSeconds === undefined) return
  if (!stepUp)
    throw wrong(`"${acr}" has "ttlSeconds" and no "stepUp"`, 'What the login gave lasts as long as the login')
  if (!Number.isInteger(ttlSeconds) || ttlSeconds < 1 || ttlSeconds > longest)
    throw wrong(`"${acr}" has "ttlSeconds: ${ttlSeconds}"`, `Give a whole number from 1 to ${longest} (R-23, R-30)`)
}

function wrong(what: string, instead: string): CountersignError {
  return new CountersignError(
    'ERR_COUNTERSIGN_OIDC_LEVELS',
    `The levels cannot be used: ${what}. ${instead}, such as levels: [{ acr: '1' }, { acr: '2', stepUp: true, ttlSeconds: 600 }].`,
  )
}
