import { type DestinationStream, type Logger, pino } from 'pino'

/** Fields that could hold a secret, wherever one of them should ever be logged. */
const secret = ['code', 'token', 'ticket', 'password', 'email', 'address', 'cookie', 'authorization']

/** One JSON object a line. No code, no address, no secret. */
export function createLog(destination?: DestinationStream, level = 'info'): Logger {
  const options = {
    level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: secret.flatMap((field) => [field, `*.${field}`]), censor: concealed },
  }
  return destination ? pino(options, destination) : pino(options)
}

/** Error codes such as `ERR_COUNTERSIGN_...` stand in the same field as a code that must not be seen. */
function concealed(value: unknown): unknown {
  return typeof value === 'string' && /^ERR_[A-Z_]+$/.test(value) ? value : '[secret]'
}

const invisible = /[^\x20-\x7e]/g

/** A text of somebody else's in a line of the log: short and visible. */
export function printable(text: string, length = 200): string {
  return text
    .slice(0, length)
    .replace(invisible, (character) => `%${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}`)
}
