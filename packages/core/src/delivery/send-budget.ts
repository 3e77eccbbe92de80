/** Code messages to one recipient: at least 30 s between two, and no more than so many in each time (R-47, e-mail). */
export const sendLimits = [
  { messages: 1, seconds: 30 },
  { messages: 3, seconds: 600 },
  { messages: 5, seconds: 3600 },
  { messages: 15, seconds: 86_400 },
] as const

/** Unproved recipients, over all accounts: a stranger's messages to a contact. */
export const strangerLimits = [
  { messages: 3, seconds: 3600 },
  { messages: 6, seconds: 86_400 },
] as const

/** When the next code message may be committed: `now` or later. */
export function nextSendAt(sent: readonly Date[], now: Date): Date {
  let next = now.getTime()
  for (const { messages, seconds } of sendLimits) {
    const decisive = sent.at(-messages)
    if (decisive) next = Math.max(next, decisive.getTime() + seconds * 1000)
  }
  return new Date(next)
}

/** The list with one more message; what no limit looks at any more is left out. */
export function withSent(sent: readonly Date[], now: Date): readonly Date[] {
  const dayAgo = now.getTime() - 86_400_000
  return [...sent.filter((at) => at.getTime() > dayAgo), now].slice(-15)
}

/** A message whose code was answered rightly gives its place back, gap included: only unanswered ones are a nuisance. */
export function withoutSent(sent: readonly Date[], answered: Date): readonly Date[] {
  return sent.filter((at) => at.getTime() !== answered.getTime())
}
