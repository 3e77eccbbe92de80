/**
 * The rooms of the core that are mutated, and the suites that judge them. Only a room's own suites judge it: they are what a reader would
 * open to learn what the room does, and they are quick enough to run once for each mutant.
 */
export const judgesOf = {
  throttle: ['throttle', 'unlock'],
  elevation: ['revoking', 'using-elevations', 'revocation-feed'],
  policy: ['policy-messages', 'policy'],
  code: ['code-states', 'codes', 'code-replacement', 'code-rules', 'code-year'],
  challenge: ['challenge-rules', 'challenge-states', 'contacts', 'codes'],
}

/** The rooms that were named in `COUNTERSIGN_MUTATED_ROOMS`, by commas; all of them without. */
export function mutatedRooms() {
  const named = process.env.COUNTERSIGN_MUTATED_ROOMS?.split(',') ?? Object.keys(judgesOf)
  const unknown = named.find((room) => !(room in judgesOf))
  if (unknown === undefined) return named
  throw new Error(`No suites judge a room "${unknown}". Use some of: ${Object.keys(judgesOf).join(', ')}.`)
}
