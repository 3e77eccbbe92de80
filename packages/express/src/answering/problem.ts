/** Each kind of refusal: its stable type, its status and its title. `docs/errors.md` explains them. */
const kinds = {
  'step-up-required': ['urn:countersign:problem:step-up-required', 403, 'A security code is needed'],
  'step-up-already-used': ['urn:countersign:problem:step-up-already-used', 403, 'This confirmation was already used'],
  'step-up-unavailable': [
    'urn:countersign:problem:step-up-unavailable',
    403,
    'There is no way to send a security code',
  ],
  'step-up-denied': ['urn:countersign:problem:step-up-denied', 403, 'Not possible now'],
  'step-up-locked': ['urn:countersign:problem:step-up-locked', 403, 'Too many wrong codes'],
  'not-signed-in': ['urn:countersign:problem:not-signed-in', 401, 'Nobody is signed in'],
  'ticket-used-up': ['urn:countersign:problem:ticket-used-up', 409, 'This question was already closed'],
  'ticket-expired': ['urn:countersign:problem:ticket-expired', 410, 'This took too long'],
  'factor-not-available': ['urn:countersign:problem:factor-not-available', 422, 'This way to confirm is not available'],
  'too-many-messages': ['urn:countersign:problem:too-many-messages', 429, 'Too many messages'],
  'too-many-requests': ['urn:countersign:problem:too-many-requests', 429, 'Too many requests'],
  'wrong-code': ['urn:countersign:problem:wrong-code', 422, 'That code does not match'],
  'earlier-code': ['urn:countersign:problem:earlier-code', 422, 'That is the code of an earlier message'],
  'security-code-expired': [
    'urn:countersign:problem:security-code-expired',
    422,
    'This security code has expired and has to be replaced',
  ],
  'security-code-exists': ['urn:countersign:problem:security-code-exists', 409, 'There is a security code already'],
  'security-code-not-ready': [
    'urn:countersign:problem:security-code-not-ready',
    409,
    'This security code cannot be picked up yet',
  ],
  'proofs-missing': ['urn:countersign:problem:proofs-missing', 422, 'Something is still to be proved'],
  'nothing-to-replace': ['urn:countersign:problem:nothing-to-replace', 409, 'There is no security code to replace'],
  'nothing-waiting': ['urn:countersign:problem:nothing-waiting', 409, 'Nothing waits for this'],
  'last-contact': ['urn:countersign:problem:last-contact', 409, 'The last contact stays'],
  'already-there': ['urn:countersign:problem:already-there', 409, 'This address is a contact already'],
  'prove-first': ['urn:countersign:problem:prove-first', 409, 'Another address has to be proved first'],
  'too-many-contacts': ['urn:countersign:problem:too-many-contacts', 409, 'There are too many contacts'],
  'too-many-changes': ['urn:countersign:problem:too-many-changes', 429, 'Too many changes in a day'],
  'challenge-closed': ['urn:countersign:problem:challenge-closed', 410, 'This question is closed'],
  'interaction-lost': ['urn:countersign:problem:interaction-lost', 410, 'This sign-in is over'],
  'not-found': ['urn:countersign:problem:not-found', 404, 'Not found'],
  malformed: ['urn:countersign:problem:malformed', 400, 'The request is malformed'],
  'foreign-origin': ['urn:countersign:problem:foreign-origin', 403, 'The request comes from another origin'],
  'unsupported-media-type': ['urn:countersign:problem:unsupported-media-type', 415, 'This media type is not read here'],
  'unknown-host': ['urn:countersign:problem:unknown-host', 421, 'This host is not served here'],
  unavailable: ['urn:countersign:problem:unavailable', 503, 'Not available now'],
} as const

/** The kinds of refusal, by the last word of their type. */
export type ProblemName = keyof typeof kinds

/** A refusal as RFC 9457 has it. `type` is stable; members beside `type`, `title` and `status` depend on it. */
export type Problem = Readonly<{
  type: (typeof kinds)[ProblemName][0]
  title: string
  status: number
  [member: string]: unknown
}>

/** A refusal of a kind. `status` may differ where HTTP has a better word for the same thing, such as 413. */
export function problem(name: ProblemName, members: Readonly<Record<string, unknown>> = {}, status?: number): Problem {
  const [type, usual, title] = kinds[name]
  return { type, title, status: status ?? usual, ...members }
}
