type Cookie = Readonly<{ value: string; path: string }>

/** What a browser sends beside the address: fields as JSON or as a form, or a text that is sent as JSON as it is. */
export type Sending = Readonly<{ method?: string; body?: object | URLSearchParams | string; accept?: string }>

/** Where a walk has come to: an address, and its answer unless the walk stopped before it. */
export type Stop = Readonly<{ url: URL; response?: Response }>

/** A browser as far as a sign-in needs it: cookies by host and path, and redirects that are followed until the test wants to see where they lead. */
export function aBrowser() {
  const cookies = new Map<string, Cookie>()

  async function send(
    url: URL,
    { method = 'GET', body, accept = 'application/json' }: Sending = {},
  ): Promise<Response> {
    const form = body instanceof URLSearchParams
    const response = await fetch(url, {
      method,
      redirect: 'manual',
      headers: {
        accept,
        ...(cookies.size > 0 && { cookie: cookieHeader(url) }),
        ...(method !== 'GET' && { origin: url.origin }),
        ...(body && { 'content-type': form ? 'application/x-www-form-urlencoded' : 'application/json' }),
      },
      ...(body && { body: form || typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    for (const line of response.headers.getSetCookie()) keep(line, url)
    return response
  }

  function cookieHeader({ hostname, pathname }: URL): string {
    return [...cookies]
      .filter(([key, { path }]) => key.startsWith(`${hostname} `) && isBelow(pathname, path))
      .map(([key, { value }]) => `${key.split(' ')[2]}=${value}`)
      .join('; ')
  }

  function keep(line: string, { hostname, pathname }: URL): void {
    const [pair = '', ...attributes] = line.split(/;\s*/)
    const equals = pair.indexOf('=')
    const path = attributeOf(attributes, 'path') ?? pathname.replace(/\/[^/]*$/, '/')
    const key = `${hostname} ${path} ${pair.slice(0, equals)}`
    const over = Number(attributeOf(attributes, 'max-age')) === 0 || isPast(attributeOf(attributes, 'expires'))
    if (over) cookies.delete(key)
    else cookies.set(key, { value: pair.slice(equals + 1), path })
  }

  async function follow(from: URL, isGoal: (url: URL) => boolean): Promise<Stop> {
    let url = from
    for (let steps = 0; steps < 20; steps++) {
      if (isGoal(url)) return { url }
      const response = await send(url)
      const location = response.headers.get('location')
      if (location === null) return { url, response }
      url = new URL(location, url)
    }
    throw new Error(`Redirects go round in circles: ${url.href}`)
  }

  return {
    send,
    follow,
    /** The values of what it keeps, by name. */
    cookie: (name: string) => [...cookies].find(([key]) => key.endsWith(` ${name}`))?.[1].value,
    /** Puts a cookie in that another browser got. */
    take(name: string, value: string, from: string) {
      cookies.set(`${new URL(from).hostname} / ${name}`, { value, path: '/' })
    },
    drop(name: string) {
      for (const key of [...cookies.keys()]) if (key.endsWith(` ${name}`)) cookies.delete(key)
    },
  }
}

export type Browser = ReturnType<typeof aBrowser>

function isBelow(pathname: string, path: string): boolean {
  return path === '/' || pathname === path || pathname.startsWith(`${path.replace(/\/$/, '')}/`)
}

function attributeOf(attributes: readonly string[], name: string): string | undefined {
  const found = attributes.find((one) => one.toLowerCase().startsWith(`${name}=`))
  return found?.slice(name.length + 1)
}

/** Of the library's own way to take a cookie back; other ends are far away. */
function isPast(expires: string | undefined): boolean {
  return expires !== undefined && new Date(expires).getTime() === 0
}
