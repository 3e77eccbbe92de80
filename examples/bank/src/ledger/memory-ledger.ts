import type { Entry } from './entry.js'
import type { Ledger } from './ledger.js'

/** Accounts that are forgotten when the process ends. */
export function memoryLedger(): Ledger {
  const accounts = new Map<string, Entry[]>()
  const confirmations = new Set<string>()
  const linesOf = (account: string): readonly Entry[] => accounts.get(account) ?? []

  return {
    async last(account) {
      return linesOf(account).at(-1)
    },

    async newest(account, limit) {
      return linesOf(account).slice(-limit).reverse()
    },

    async byReference(account, reference) {
      return linesOf(account).find((entry) => entry.reference === reference)
    },

    async byConfirmation(account, confirmation) {
      return linesOf(account).find((entry) => entry.confirmation === confirmation)
    },

    async byElevation(account, elevation) {
      return linesOf(account).find((entry) => entry.elevation === elevation)
    },

    async append(entry) {
      const lines = accounts.get(entry.account) ?? []
      if (confirmations.has(entry.confirmation)) return 'confirmation-used'
      if (entry.number !== lines.length) return 'number-taken'
      confirmations.add(entry.confirmation)
      accounts.set(entry.account, [...lines, entry])
      return 'written'
    },
  }
}
