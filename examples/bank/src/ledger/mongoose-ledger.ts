import { type Connection, Schema } from 'mongoose'
import { isDuplicate } from '../duplicate.js'
import type { Entry } from './entry.js'
import type { Ledger } from './ledger.js'

/** The `_id` makes the number of a line unique in its account. */
type EntryDocument = Omit<Entry, 'elevation' | 'payee' | 'name'> & {
  _id: string
  elevation?: string | undefined
  payee?: string | undefined
  name?: string | undefined
}

const schema = new Schema<EntryDocument>(
  {
    _id: { type: String, required: true },
    account: { type: String, required: true },
    number: { type: Number, required: true },
    reference: { type: String, required: true },
    confirmation: { type: String, required: true },
    elevation: { type: String },
    kind: { type: String, required: true, enum: ['opening', 'transfer'] },
    cents: { type: Number, required: true },
    balance: { type: Number, required: true, min: 0 },
    at: { type: Date, required: true },
    currency: { type: String, required: true },
    payee: { type: String },
    name: { type: String },
  },
  { collection: 'bank.ledger', strict: 'throw', strictQuery: 'throw', versionKey: false, autoIndex: false },
)
schema.index({ account: 1, number: -1 })
schema.index({ confirmation: 1 }, { unique: true })
schema.index({ elevation: 1 }, { sparse: true })

/** Accounts in MongoDB; works without transactions, since each transfer is one insert. */
export async function mongooseLedger(connection: Connection): Promise<Ledger> {
  const model = connection.model('BankEntry', schema)
  await model.createIndexes()

  const newest = async (account: string, limit: number): Promise<readonly Entry[]> => {
    const found = await model
      .find({ account: { $eq: account } })
      .sort({ number: -1 })
      .limit(limit)
      .lean()
    return found.map(entryOf)
  }

  return {
    newest,

    async last(account) {
      const [entry] = await newest(account, 1)
      return entry
    },

    async byReference(account, reference) {
      const found = await model.findOne({ account: { $eq: account }, reference: { $eq: reference } }).lean()
      return found ? entryOf(found) : undefined
    },

    async byConfirmation(account, confirmation) {
      const found = await model.findOne({ account: { $eq: account }, confirmation: { $eq: confirmation } }).lean()
      return found ? entryOf(found) : undefined
    },

    async byElevation(account, elevation) {
      const found = await model.findOne({ account: { $eq: account }, elevation: { $eq: elevation } }).lean()
      return found ? entryOf(found) : undefined
    },

    async append(entry) {
      try {
        await model.create({ _id: `${entry.account}/${entry.number}`, ...entry })
        return 'written'
      } catch (error) {
        if (!isDuplicate(error)) throw error
        const used = await model.exists({ confirmation: { $eq: entry.confirmation } })
        return used ? 'confirmation-used' : 'number-taken'
      }
    },
  }
}

function entryOf({ _id, elevation, payee, name, ...entry }: EntryDocument): Entry {
  return {
    ...entry,
    ...(elevation !== undefined && { elevation }),
    ...(payee !== undefined && { payee }),
    ...(name !== undefined && { name }),
  }
}
