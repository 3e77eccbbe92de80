import { z } from 'zod'
import type { KeyRing } from '../secret/key-ring.js'
import { seal, unseal } from '../secret/seal.js'
import type { SubjectId } from '../subject/subject-id.js'
import type { PublicUrl } from './public-url.js'

/** What a "this was not me" link is about: a challenge, or a change of contact, or the person's elevations as a whole. */
export type NotMe = Readonly<{
  subject: SubjectId
  askedAt: Date
  challenge?: string | undefined
  change?: string | undefined
  /** What happened, where it is no question: for its page. */
  event?: NotMeEvent | undefined
  /** A security code that was asked for without the one before it: the link stops that one, and leaves the one that works. */
  code?: string | undefined
  /** In the message to an address that nobody proved: it may stop the change, and nothing of the person. */
  onlyChange?: boolean | undefined
}>

/** What a person finds among the latest activity, and may not have done. */
export type NotMeEvent = Readonly<{ type: string; destination?: string | undefined; was?: string | undefined }>

/** What a proof link is for. */
export type ProofLink = Readonly<{ subject: SubjectId; change: string; contact: string }>

/** Links in messages: sealed, so that they say nothing to who sees them and cannot be made by anybody else. */
export interface Links {
  mountedAt(base: string, pages?: 'routes' | 'sign-in'): void
  notMeUrl(about: NotMe): string
  notMeToken(about: NotMe): string
  /** Whether a link about this works no longer. */
  isNotMeOver(about: Pick<NotMe, 'askedAt'>, now: Date): boolean
  proofUrl(link: ProofLink): string
  readNotMe(token: string, now: Date): NotMe | undefined
  readProof(token: string): ProofLink | undefined
}

/** A "this was not me" link works so long, in milliseconds: people read mail late. */
const notMeLife = 7 * 86_400_000

/** The longest id of a subject, none of its letters ASCII, with everything that a link says beside it. */
const longestToken = 8192

const id = z.string()
const notMeForm = z.strictObject({
  s: id,
  a: z.number(),
  c: id.optional(),
  h: id.optional(),
  k: id.optional(),
  o: z.boolean().optional(),
  e: z.strictObject({ type: id, destination: id.optional(), was: id.optional() }).optional(),
})
const proofForm = z.strictObject({ s: id, h: id, c: id })

export function createLinks(keys: KeyRing, publicUrl: PublicUrl): Links {
  const bases: { routes?: string; 'sign-in'?: string } = {}

  function tokenOf(page: string, content: object): string {
    return seal(keys, 'link', [page], JSON.stringify(content))
  }

  function url(subject: SubjectId, page: string, token: string): string {
    const root = publicUrl.of(subject)
    const base = bases.routes ?? bases['sign-in'] ?? '/countersign'
    return `${root.origin}${root.pathname.replace(/\/$/, '')}${base}/${page}?token=${token}`
  }

  function notMeToken({ subject, askedAt, challenge, change, code, onlyChange, event }: NotMe): string {
    const ids = { c: challenge, h: change, k: code }
    return tokenOf('not-me', { s: subject, a: askedAt.getTime(), ...ids, o: onlyChange, e: event })
  }

  function isNotMeOver({ askedAt }: Pick<NotMe, 'askedAt'>, now: Date): boolean {
    return now.getTime() - askedAt.getTime() > notMeLife
  }

  function read<T>(page: string, form: z.ZodType<T>, token: string): T | undefined {
    const content = token.length <= longestToken ? unseal(keys, 'link', [page], token) : undefined
    return content === undefined ? undefined : form.safeParse(JSON.parse(content)).data
  }

  return {
    mountedAt(mounted, pages = 'routes') {
      bases[pages] = mounted
    },
    notMeUrl: (about) => url(about.subject, 'not-me', notMeToken(about)),
    notMeToken,
    isNotMeOver,
    proofUrl: ({ subject, change, contact }) =>
      url(subject, 'proofs', tokenOf('proofs', { s: subject, h: change, c: contact })),
    readNotMe(token, now) {
      const content = read('not-me', notMeForm, token)
      if (!content) return undefined
      const { s, a, c: challenge, h: change, k: code, o: onlyChange, e: event } = content
      const about = { subject: s as SubjectId, askedAt: new Date(a), challenge, change, code, onlyChange, event }
      return isNotMeOver(about, now) ? undefined : about
    },
    readProof(token) {
      const content = read('proofs', proofForm, token)
      return content && { subject: content.s as SubjectId, change: content.h, contact: content.c }
    },
  }
}
