import type { Actions, Countersign } from '@countersign/core'
import { CountersignError } from '@countersign/core'
import { type Door, doorOf } from '@countersign/core/door'
import type { StepUpOptions } from './options.js'
import type { Theme } from './pages/page.js'
import { type OwnHosts, ownHosts } from './reading/own-hosts.js'

/** What every part of this door works with, checked once. */
export type Settings = Readonly<{
  door: Door
  challenges: Pick<Countersign['challenges'], 'read' | 'answer' | 'resend' | 'cancel'>
  elevations: Countersign['elevations']
  contacts: Countersign['contacts']
  codes: Countersign['codes']
  subjects: Pick<Countersign['subjects'], 'activity'>
  options: StepUpOptions
  base: string
  /** Pages of an application's own routes, or of a sign-in, which has no account page. */
  pages: 'routes' | 'sign-in'
  own: OwnHosts
  /** Whether browsers reach us by TLS: decides on `Secure`, `__Host-` and HSTS. */
  secure: boolean
  theme: Theme
}>

/** `/countersign`, or deeper: whole segments, nothing that a browser or a proxy could read otherwise. */
const basePattern = /^(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._~-]+)+$/

/**
 * @throws CountersignError `ERR_COUNTERSIGN_IDENTIFY`, `ERR_COUNTERSIGN_BASE`, `ERR_COUNTERSIGN_ORIGINS`: each says what to write.
 */
export function settingsOf<A extends Actions>(
  countersign: Countersign<A>,
  options: StepUpOptions,
  pages: 'routes' | 'sign-in' = 'routes',
): Settings {
  const door = doorOf(countersign)
  checkIdentify(options)
  const base = checkedBase(options.base ?? '/countersign')
  const own = ownHosts(door.publicUrl, checkedOrigins(options.origins ?? [], door))
  door.mountedAt(belowPublicUrl(base, door.publicUrl), pages)
  return {
    door,
    challenges: countersign.challenges,
    elevations: countersign.elevations,
    contacts: countersign.contacts,
    codes: countersign.codes,
    subjects: countersign.subjects,
    options,
    base,
    pages,
    own,
    secure: own.secure,
    theme: options.theme ?? { brand: own.name },
  }
}

function checkIdentify(options: StepUpOptions | undefined): void {
  if (typeof options?.identify === 'function') return
  throw new CountersignError(
    'ERR_COUNTERSIGN_IDENTIFY',
    'stepUp() was not told who sends a request. Write: stepUp(countersign, { identify: (request) => request.session }).',
  )
}

function checkedBase(base: string): string {
  if (basePattern.test(base)) return base
  throw new CountersignError(
    'ERR_COUNTERSIGN_BASE',
    `The base is ${JSON.stringify(base)}. Give the path as the browser sees it, with a slash before it and none behind: base: '/countersign'.`,
  )
}

/** Links in messages are the public URL and what is below it; the path of the public URL is not said twice. */
function belowPublicUrl(base: string, publicUrl: URL | undefined): string {
  const prefix = publicUrl?.pathname.replace(/\/$/, '') ?? ''
  return base.startsWith(`${prefix}/`) ? base.slice(prefix.length) : base
}

function checkedOrigins(origins: readonly string[], door: Door): readonly URL[] {
  if (origins.length === 0 && !door.publicUrl)
    throw new CountersignError(
      'ERR_COUNTERSIGN_ORIGINS',
      "publicUrl is a function, so the own origins are not known. Name them: origins: ['https://bank.example'].",
    )
  return origins.map(checkedOrigin)
}

function checkedOrigin(origin: string): URL {
  const url = URL.canParse(origin) ? new URL(origin) : undefined
  if (url && url.origin === origin.replace(/\/$/, '').toLowerCase() && /^https?:$/.test(url.protocol)) return url
  throw new CountersignError(
    'ERR_COUNTERSIGN_ORIGINS',
    `${JSON.stringify(origin)} is not an origin. Give scheme, host and port only: origins: ['https://bank.example'].`,
  )
}
