export type { Clock } from './memory-clock.js'
export { type MemoryStoreOptions, memoryStore } from './memory-store.js'
