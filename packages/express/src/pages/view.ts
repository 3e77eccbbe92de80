import type { Fact } from '@countersign/core'
import type { Moment, Text } from './text.js'

/** A page ready for the templates: what it says, in the order in which it is read. */
export type View = Readonly<{
  heading: Text
  /** How it went, as an icon above the heading; none while something is asked. */
  mood?: Mood
  /** The title begins with "Error:". */
  failed?: boolean
  /** What the title names after the heading. */
  mainFact?: string
  /** What went wrong, above the heading and focused, where no field of the page is to blame. */
  summary?: Text
  /** Where a browser that kept the page, and goes back to it, is sent: what is on it is shown once. */
  onceThen?: string
  blocks: readonly Block[]
}>

export type Mood = 'good' | 'warn' | 'danger'

/** A part of a page. Each kind has the template of its name. */
export type Block =
  | Readonly<{ block: 'facts'; facts: readonly Fact[] }>
  /** A code to be read off, letter by letter. */
  | Readonly<{ block: 'shown-code'; label: string; code: string }>
  /** `id`: so that a control can be about it. */
  | Readonly<{ block: 'paragraph'; text: Text; id?: string }>
  | Readonly<{ block: 'notice'; tone: 'good' | 'info' | 'danger'; text: Text }>
  | Readonly<{ block: 'delivery'; queued: boolean; sending: Text; sent: Text; rest: Text }>
  /** `own`: for the person's own code, which nothing fills in and a script can hide; what it says for that. */
  | Readonly<{ block: 'code-form'; form: PostForm; label: string; hint: string; own?: Hiding; error?: Text }>
  | Readonly<{ block: 'ways'; form: PostForm; legend: string; ways: readonly Readonly<{ id: string; label: Text }>[] }>
  | Readonly<{ block: 'status'; watch: Watch }>
  | Readonly<{ block: 'actions'; controls: readonly Control[] }>
  | Readonly<{ block: 'lesser'; controls: readonly Control[]; resendHint?: Text }>
  | Readonly<{ block: 'foot'; text: Text; control: Control }>
  /** The heading of a part of a longer page. */
  | Readonly<{ block: 'section'; title: string }>
  /** A field that is one of several forms on a page. */
  | Readonly<{ block: 'entry'; form: PostForm; field: EntryField }>
  /** A form that is opened before it can be sent, and the way to leave it. It stands open where something was typed into it. `about`: the paragraph that says what of several it is for. */
  | Readonly<{ block: 'opening'; text: Text; form: PostForm; field?: EntryField; keep?: Control; about?: string }>
  /** What happened, each with the form that says "not me" where there is one. */
  | Readonly<{ block: 'events'; events: readonly Readonly<{ text: Text; when: Text; form?: PostForm }>[] }>
  | Readonly<{ block: 'phone'; text: Text; phone: string }>

/** What the button says that hides a code. */
export type Hiding = Readonly<{ hide: string }>

/** What is typed into a form: `code` is the person's own and `digits` one from a message. */
export type EntryField = Readonly<{
  id: string
  name: string
  kind: 'code' | 'digits' | 'address'
  label: string
  hint?: string
  /** What was typed before; never a code. */
  value?: string
  error?: Text
  own?: Hiding
}>

/** Something to press: a link, or a form with one button. The first of a page is its primary one. */
export type Control =
  | Readonly<{ control: 'link'; href: string; label: string; id?: string }>
  | Readonly<{ control: 'form'; form: PostForm; role?: 'resend' | 'resume' }>

/** A form of hidden fields and what its button says. */
export type PostForm = Readonly<{ action: string; hidden: readonly Hidden[]; button: string }>

export type Hidden = Readonly<{ name: string; value: string }>

/** What the script needs to follow a challenge, and the words it may say. */
export type Watch = Readonly<{
  url: string
  expiresAt: Moment
  resendAt: Moment
  say: Readonly<Record<'sent' | 'failed' | 'minuteLeft' | 'expired' | 'doneElsewhere' | 'cancelled', string>>
}>
