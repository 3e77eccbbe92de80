import { randomBytes } from 'node:crypto'
import type { Limits } from '@countersign/core'
import type { ClientSession, Connection, Model } from 'mongoose'
import { certainWrite, durable, isDuplicate } from './certain.js'
import { type LimitDocument, modelsOf } from './models.js'
import type { ServerTime } from './server-time.js'

type Limit = Readonly<{ messages: number; seconds: number }>

const dayMs = 86_400_000

/**
 * Counters over a sliding time. A key is one document with the times of what was taken, and a take is one update that
 * looks at all limits together: all or none. Each is recognised by a name of chance. An answer that was lost may have taken one, never too few.
 *
 * `rate-limiter-flexible` is not used here: it needs a unique index beside the `_id`, counts with this machine's clock
 * and a plain acknowledgement, and would have to give back what it took when the next limit refuses.
 */
export class MongoLimits implements Limits {
  readonly #model: Model<LimitDocument>
  readonly #time: ServerTime

  constructor(connection: Connection, time: ServerTime) {
    this.#model = modelsOf(connection).limits
    this.#time = time
  }

  async take(key: string, limits: readonly Limit[]): Promise<boolean> {
    await this.#time.keepFresh()
    return certainWrite(this.#model.db, 'take', async (session) => {
      // Two first takes at once: one inserts, the other then finds the document.
      const again = (error: unknown) =>
        isDuplicate(error) ? this.#takeOnce(key, limits, session) : Promise.reject(error)
      return this.#takeOnce(key, limits, session).catch(again)
    })
  }

  async #takeOnce(key: string, limits: readonly Limit[], session: ClientSession): Promise<boolean> {
    const take = randomBytes(9).toString('base64url')
    const document = await this.#model.collection.findOneAndUpdate(
      { _id: { $eq: String(key) } } as never,
      taking(limits, { at: this.#time.now(), take }),
      { ...durable, session, upsert: true, returnDocument: 'after', projection: { taken: 1 } },
    )
    const taken: LimitDocument['taken'] = document?.taken ?? []
    return taken.some((one) => one.take === take)
  }
}

/** Forgets what is too old for every limit, looks whether each has room, and puts this one in if so. */
function taking(limits: readonly Limit[], one: LimitDocument['taken'][number]) {
  const longestMs = Math.max(...limits.map(({ seconds }) => seconds * 1000))
  const room = limits.map(({ messages, seconds }) => ({
    $lt: [{ $size: takenSince(one.at, seconds * 1000) }, messages],
  }))
  return [
    { $set: { taken: takenSince(one.at, longestMs) } },
    { $set: { taken: { $concatArrays: ['$taken', { $cond: [{ $and: room }, [one], []] }] } } },
    { $set: { forgetAt: new Date(one.at.getTime() + longestMs + dayMs) } },
  ]
}

function takenSince(now: Date, milliseconds: number) {
  const since = new Date(now.getTime() - milliseconds)
  return { $filter: { input: { $ifNull: ['$taken', []] }, as: 'one', cond: { $gt: ['$$one.at', since] } } }
}
