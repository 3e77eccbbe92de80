import { challengeJson, refusalOf, refuse, sendJson } from '@countersign/express/door'
import type { Parts } from '../parts.js'
import type { OurVisit } from './visit.js'

/** `GET /:uid/challenge`: the challenge as JSON, closed or not; what the script of its page asks for every three seconds. */
export function readChallenge(parts: Parts) {
  return async function readChallengeRoute({ request, response, question }: OurVisit<never>): Promise<void> {
    const { pages } = parts.attached()
    const found = await parts.door.challengeOf(question)
    if (found.outcome === 'found') sendJson(response, 200, challengeJson(found.challenge))
    else await refuse(request, response, refusalOf(found, pages), pages.show)
  }
}
