import type { Carried } from '../relay/results.js'
import type { Subject } from '../subject/subject.js'
import type { DeliveryState } from './challenge.js'

/** The subject with what became of a code's message noted at its challenge, if that message is still the one that counts. */
export function withDelivery(subject: Subject, { effect, result }: Carried): Subject {
  if (effect.kind !== 'message' || !effect.challenge || result.outcome === 'again' || result.outcome === 'unopenable')
    return subject
  const delivery: DeliveryState = result.outcome === 'failed' ? 'failed' : 'sent'
  return {
    ...subject,
    challenges: subject.challenges.map((challenge) =>
      challenge.id === effect.challenge && challenge.code?.sentAt.getTime() === effect.madeAt.getTime()
        ? { ...challenge, delivery }
        : challenge,
    ),
  }
}
