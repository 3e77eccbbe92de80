/** One challenge of a `WWW-Authenticate` header, its scheme and parameter names in lower case. */
export type HttpChallenge = Readonly<{ scheme: string; parameters: Readonly<Record<string, string | undefined>> }>

const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+"
const parameter = new RegExp(`[\\s,]*(${token})\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|(${token}))`, 'y')
const scheme = new RegExp(`[\\s,]*(${token})(?=[\\s,]|$)`, 'y')
/** What some schemes have instead of parameters. */
const token68 = / +[A-Za-z0-9._~+/-]+=*(?=\s*(?:,|$))/y
const end = /[\s,]*$/y

/** Longer than any header that a server sends. */
const mostCharacters = 16_384

/** Reads a `WWW-Authenticate` header (RFC 9110, 11.6.1), which may hold several challenges. Empty where it is none. */
export function challengesIn(header: string): readonly HttpChallenge[] {
  const challenges: { scheme: string; parameters: Record<string, string> }[] = []
  if (header.length > mostCharacters) return challenges
  for (let at = 0; !matchAt(end, header, at); ) {
    const found = challenges.length > 0 ? matchAt(parameter, header, at) : undefined
    const next = found ?? matchAt(scheme, header, at)
    if (!next) return []
    const [text, name = '', quoted, plain] = next
    at += text.length
    if (found) addTo(challenges.at(-1)?.parameters, name, quoted?.replace(/\\(.)/g, '$1') ?? plain)
    else {
      challenges.push({ scheme: name.toLowerCase(), parameters: Object.create(null) })
      at += matchAt(token68, header, at)?.[0].length ?? 0
    }
  }
  return challenges
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(text)
}

/** RFC 9110, 11.2: a name occurs once; of two, the first one counts. */
function addTo(parameters: Record<string, string> | undefined, name: string, value = ''): void {
  if (parameters) parameters[name.toLowerCase()] ??= value
}
