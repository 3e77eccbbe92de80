import type { Request } from 'express'
import type { Assets } from './answering/assets.js'
import { assetsFor } from './answering/assets.js'
import type { ShowPage } from './answering/respond.js'
import { pageShower, type Surroundings } from './answering/show-page.js'
import { type Granted, grantedStepUps } from './guard/granted.js'
import { type ClientLimits, clientLimits, noClientLimits } from './reading/client-limits.js'
import { type CookieNames, cookieNames } from './reading/elevation-tokens.js'
import { type Identification, identification } from './session/identify.js'
import type { Settings } from './settings.js'

/** Everything that guard and routes of one door share. */
export type Parts = Settings &
  Readonly<{
    who: Identification
    cookies: CookieNames
    limits: ClientLimits
    granted: Granted
    assets: Assets
    show: ShowPage
    /** Where a person goes from a dead end. */
    home: string
    /** Where a person looks after contacts and code. */
    account: string
  }>

/** Makes what guard and routes share. Pages of another door say what surrounds them. */
export function partsOf(settings: Settings, surroundingsOf?: (request: Request) => Surroundings): Parts {
  const { options, door, secure, theme } = settings
  const assets = assetsFor(theme)
  const home = theme.homeUrl ?? '/'
  return {
    ...settings,
    who: identification(options.identify, door),
    cookies: cookieNames(secure),
    limits: options.clientLimits === 'off' ? noClientLimits : clientLimits(),
    granted: grantedStepUps(),
    assets,
    show: pageShower(settings, assets, surroundingsOf),
    home,
    account: settings.pages === 'routes' ? `${settings.base}/account` : home,
  }
}
