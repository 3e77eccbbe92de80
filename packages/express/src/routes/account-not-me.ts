import { problem } from '../answering/problem.js'
import { leadTo, refuse } from '../answering/respond.js'
import { malformedRefusal, unavailableRefusal } from '../guard/refusals.js'
import type { Parts } from '../parts.js'
import { looked, numberOf } from './account.js'
import { answerReport } from './links.js'
import { accountPath, linkPath, type Saying } from './page-paths.js'
import type { PersonVisit, RouteShape } from './visit.js'

type NotMineVisit = PersonVisit<'page' | 'event'>

const at = { form: 'not-me' } as const

/**
 * `POST {base}/account/not-me`: the person did not do what is written there. A form leads to the page that asks once more, as the link of
 * a message does; a program's request stops it.
 */
export function stopNotMine(parts: Parts) {
  return async function stopNotMineRoute(visit: NotMineVisit): Promise<void> {
    const { response, form, fields } = visit
    if (fields.event === undefined) return refuse(visit.request, response, malformedRefusal(parts.account), parts.show)
    const found = await tokenFor(visit, fields.event)
    if (found === 'unavailable') return refuseForNow(visit)
    if (found === undefined) return refuseUnknown(visit)
    if (form) leadTo(response, linkPath(parts, 'not-me', found))
    else await answerReport(parts, visit, await parts.door.notMe.stop(found))
  }

  async function tokenFor({ whom }: NotMineVisit, number: string): Promise<string | 'unavailable' | undefined> {
    const lately = await parts.subjects.activity({ subject: whom.subject, limit: looked })
    if (lately.outcome !== 'found') return 'unavailable'
    const event = lately.events.find((one) => numberOf(one) === number)
    return event && parts.door.notMe.tokenAbout(whom, event)
  }

  async function refuseForNow(visit: NotMineVisit): Promise<void> {
    if (visit.form) leadTo(visit.response, accountPath(parts, { said: 'unavailable', form: at }))
    else await refuse(visit.request, visit.response, unavailableRefusal(5, parts.account), parts.show)
  }

  async function refuseUnknown({ request, response, form }: NotMineVisit): Promise<void> {
    const page = { page: 'malformed', back: parts.account } as const
    if (form) leadTo(response, accountPath(parts, { said: 'nothing-waiting', form: at }))
    else await refuse(request, response, { problem: problem('not-found'), page }, parts.show)
  }
}

/** What `POST {base}/account/not-me` takes. */
export function notMineShape(parts: Parts): RouteShape<'page' | 'event'> {
  return {
    act: 'end',
    fields: ['page', 'event'],
    page: (_visit, saying: Saying) => accountPath(parts, { ...saying, form: at }),
  }
}
