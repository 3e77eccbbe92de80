/** Counters that span subjects, such as strangers' messages to one contact. */
export interface Limits {
  /**
   * Takes one from each of the limits, or says `false` when one of them is used up. `key` holds no address, only a
   * digest. Throws when the store gives no answer; the relay then tries again later.
   */
  take(key: string, limits: readonly Readonly<{ messages: number; seconds: number }>[]): Promise<boolean>
}
