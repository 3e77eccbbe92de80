import { randomBytes } from 'node:crypto'
import type { Limits } from '@countersign/core'
import type { ClientSession, Connection, Model, mongo } from 'mongoose'
import { certainWrite, durable, isDuplicate } from './certain.js'
import { type LimitDocument, modelsOf } from './models.js'
import type { ServerTime } from './server-time.js'

type Document = mongo.BSON.Document
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
    const one = { at: this.#time.now(), take: randomBytes(9).toString('base64url') }
    return certainWrite(this.#model.db, 'take', async (session) => {
      // Of two first takes at once, one inserts the document and the other may be refused (E11000): it is sent again.
      const first = await this.#takeOnce(key, taking(limits, one), session).catch(nothingWhenDuplicate)
      const taken = first ?? (await this.#takeOnce(key, taking(limits, one), session)) ?? []
      return taken.some(({ take }) => take === one.take)
    })
  }

  async #takeOnce(
    key: string,
    update: Document[],
    session: ClientSession,
  ): Promise<LimitDocument['taken'] | undefined> {
    const document = await this.#model.collection.findOneAndUpdate({ _id: { $eq: String(key) } } as never, update, {
      ...durable,
      session,
      upsert: true,
      returnDocument: 'after',
      projection: { taken: 1 },
    })
    return document?.taken
  }
}

/** Forgets what is too old for every limit, looks whether each has room, and puts this one in if so, once however often it is sent. */
function taking(limits: readonly Limit[], one: LimitDocument['taken'][number]): Document[] {
  const longestMs = Math.max(...limits.map(({ seconds }) => seconds * 1000))
  const room = limits.map(({ messages, seconds }) => ({
    $lt: [{ $size: takenSince(one.at, seconds * 1000) }, messages],
  }))
  const unknown = { $eq: [{ $size: takenWhere({ $eq: ['$$one.take', one.take] }) }, 0] }
  return [
    { $set: { taken: takenSince(one.at, longestMs) } },
    { $set: { taken: { $concatArrays: ['$taken', { $cond: [{ $and: [...room, unknown] }, [one], []] }] } } },
    { $set: { forgetAt: new Date(one.at.getTime() + longestMs + dayMs) } },
  ]
}

function takenSince(now: Date, milliseconds: number): Document {
  return takenWhere({ $gt: ['$$one.at', new Date(now.getTime() - milliseconds)] })
}

function takenWhere(cond: Document): Document {
  return { $filter: { input: { $ifNull: ['$taken', []] }, as: 'one', cond } }
}

function nothingWhenDuplicate(error: unknown): undefined {
  if (!isDuplicate(error)) throw error
}
