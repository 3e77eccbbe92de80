export { syncIndexes } from './indexes.js'
export { type MongooseStoreOptions, mongooseStore } from './mongoose-store.js'
