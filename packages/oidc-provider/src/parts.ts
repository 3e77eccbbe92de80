import { type Actions, CountersignError } from '@countersign/core'
import { type Door, doorOf } from '@countersign/core/door'
import type { Parts as PageParts } from '@countersign/express/door'
import type { Provider } from 'oidc-provider'
import { type Ladder, ladderOf } from './levels/ladder.js'
import { levelAction } from './levels/level-action.js'
import type { OidcStepUpOptions } from './options.js'
import { type Transactions, transactionsOf } from './transactions.js'

/** What there is once the provider is there too: its pages and cookies. */
export type Attachment = Readonly<{ provider: Provider; pages: PageParts }>

/** Options of which the actions are known by name only. */
export type PlainOptions = Omit<OidcStepUpOptions, 'countersign' | 'transactions'>

/** Everything that the parts of one step-up share. */
export type Parts = Readonly<{
  door: Door
  countersign: Pick<OidcStepUpOptions['countersign'], 'challenges' | 'elevations'>
  options: PlainOptions
  ladder: Ladder
  transactions: Transactions
  path: string
  acrValues: 'required' | 'voluntary'
  reauthenticateWith: 'code' | 'login'
  /** @throws CountersignError `ERR_COUNTERSIGN_OIDC_NOT_ATTACHED` before `attach`. */
  attached: () => Attachment
  /** @throws CountersignError `ERR_COUNTERSIGN_OIDC_ATTACHED` the second time. */
  attach: (attachment: Attachment) => void
}>

/** Checks the options once, and declares each level that a code reaches. */
export function partsOf<A extends Actions>(given: OidcStepUpOptions<A>): Parts {
  const { countersign, transactions = {}, ...options } = given
  const door = doorOf(countersign)
  const ladder = ladderOf(options.levels)
  const path = checkedPath(options.path ?? '/step-up')
  requireOneOf('acrValues', options.acrValues, ['required', 'voluntary'])
  requireOneOf('reauthenticateWith', options.reauthenticateWith, ['code', 'login'])
  requireOneOf('unmetError', options.unmetError, ['unmet_authentication_requirements', 'access_denied'])
  requireWindows(door, ladder)
  const parts = {
    door,
    countersign,
    options,
    ladder,
    transactions: transactionsOf(door, transactions),
    path,
    acrValues: options.acrValues ?? 'required',
    reauthenticateWith: options.reauthenticateWith ?? 'code',
    ...attaching(),
  } as const
  for (const rung of ladder.byCode) door.declare(rung.action, levelAction(rung))
  return parts
}

function attaching(): Pick<Parts, 'attached' | 'attach'> {
  let attachment: Attachment | undefined
  return {
    attached() {
      if (attachment) return attachment
      throw new CountersignError(
        'ERR_COUNTERSIGN_OIDC_NOT_ATTACHED',
        "A request came before attach(). Write app.use('/step-up', stepUp.attach(provider).router) before the provider answers.",
      )
    },
    attach(given) {
      if (attachment)
        throw new CountersignError(
          'ERR_COUNTERSIGN_OIDC_ATTACHED',
          'attach() was called twice. One step-up serves one provider: keep what the first call returned.',
        )
      attachment = given
    },
  }
}

/** Whole segments, nothing that a browser or a proxy could read otherwise. */
const pathPattern = /^(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._~-]+)+$/

function checkedPath(path: string): string {
  if (pathPattern.test(path)) return path
  throw new CountersignError(
    'ERR_COUNTERSIGN_OIDC_PATH',
    `The path is ${JSON.stringify(path)}. Give it as the browser sees it, with a slash before it and none behind: path: '/step-up'.`,
  )
}

function requireOneOf(option: string, value: string | undefined, possible: readonly string[]): void {
  if (value === undefined || possible.includes(value)) return
  throw new CountersignError(
    'ERR_COUNTERSIGN_OIDC_OPTION',
    `"${option}" is ${JSON.stringify(value)}. Give ${possible.map((one) => `"${one}"`).join(' or ')}.`,
  )
}

/** What an Express guard asked for a window is worth a level; what it asked for once is spent there. */
function requireWindows({ actions }: Door, { byCode }: Ladder): void {
  for (const { acr, proves, raisedBy } of byCode)
    for (const action of raisedBy) {
      const requires = actions.get(action)?.requires
      const enough =
        typeof requires === 'object' &&
        requires.mode === 'window' &&
        (requires.level === 'two-factor' || requires.level === proves)
      if (enough) continue
      throw new CountersignError(
        'ERR_COUNTERSIGN_OIDC_LEVELS',
        `The level "${acr}" is raised by "${action}", which is no windowed action that requires the level "${proves}". Name one that is.`,
      )
    }
}
