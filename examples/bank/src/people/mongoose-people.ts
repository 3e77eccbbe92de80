import mongoose, { type Connection, Schema } from 'mongoose'
import { isDuplicate } from '../duplicate.js'
import { newSaltKey, saltsToTry } from './address-salt.js'
import type { People } from './people.js'
import type { PasswordHash, Person } from './person.js'

type PersonDocument = Omit<Person, 'id'> & { _id: string }

const schema = new Schema<PersonDocument>(
  {
    _id: { type: String, required: true },
    name: { type: String, required: true },
    email: { type: String, required: true },
    emailProved: { type: Boolean, required: true },
    emailsGone: { type: [String], default: undefined },
    password: { type: { salt: String, hash: String }, required: true, _id: false },
    notes: { type: String, default: '' },
    sessionsEndedAt: { type: Date },
    sessionKept: { type: String },
  },
  {
    collection: 'bank.people',
    strict: 'throw',
    strictQuery: 'throw',
    versionKey: false,
    autoIndex: false,
    minimize: false,
  },
)
schema.index({ email: 1, 'password.hash': 1 })

/** People in MongoDB. Copies that share them share the key of their salts as well. */
export async function mongoosePeople(connection: Connection, saltKey: Buffer = newSaltKey()): Promise<People> {
  const model = connection.model('BankPerson', schema)
  await model.createIndexes()

  return {
    async add({ id, ...person }) {
      try {
        await model.create({ _id: id, ...person })
      } catch (error) {
        // Another copy was first.
        if (!isDuplicate(error)) throw error
      }
    },

    async byId(id) {
      return personOf(await model.findById(id).lean())
    },

    async saltsOf(email) {
      const at = { email: { $eq: email } }
      const proved = await model.distinct('password.salt', { ...at, emailProved: true })
      return saltsToTry(saltKey, email, [...proved, ...(await model.distinct('password.salt', at))])
    },

    async byPassword(email, hashes) {
      const fits = hashes.map((hash: PasswordHash) => ({
        'password.salt': { $eq: hash.salt },
        'password.hash': { $eq: hash.hash },
      }))
      const found = await model
        .findOne({ email: { $eq: email }, $or: fits })
        .sort({ emailProved: -1, _id: 1 })
        .lean()
      return personOf(found)
    },

    async changeAddress({ id, address, was, proved, gone = [] }) {
      const known = (was === undefined ? [address] : [was, address]).map((email) => ({ email: { $eq: email } }))
      const { matchedCount } = await model.updateOne(
        { _id: { $eq: id }, $or: known },
        { $set: { email: address, emailProved: proved, ...(was !== undefined && { emailsGone: gone }) } },
      )
      return matchedCount === 1 || was === undefined || (await model.exists({ _id: { $eq: id } })) === null
    },

    async endSessions(id, at, except = '') {
      const before = mongoose.trusted(except === '' ? { $not: { $gt: at } } : { $not: { $gte: at } })
      await model.updateOne(
        { _id: { $eq: id }, sessionsEndedAt: before },
        { $set: { sessionsEndedAt: at, sessionKept: except } },
      )
    },

    async writeNotes(id, notes) {
      await model.updateOne({ _id: { $eq: id } }, { $set: { notes } })
    },
  }
}

function personOf(document: PersonDocument | null): Person | undefined {
  if (!document) return undefined
  const { _id: id, ...person } = document
  return { id, ...person }
}
