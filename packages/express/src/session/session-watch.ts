/** Says whether `session` was asked for on a request that has none. Ends with `stop`. */
export type SessionWatch = Readonly<{ wasRead: () => boolean; stop: () => void }>

const nothing: SessionWatch = { wasRead: () => false, stop: () => undefined }

/**
 * Notices whether `identify` reads `request.session` where no middleware has put one: the one way to tell "the session
 * middleware is missing" from "nobody is signed in".
 */
export function watchForSession(request: object): SessionWatch {
  if ('session' in request) return nothing
  let read = false
  const define = (descriptor: PropertyDescriptor) =>
    Object.defineProperty(request, 'session', { configurable: true, enumerable: true, ...descriptor })

  define({
    get: () => {
      read = true
    },
    set: (value: unknown) => define({ value, writable: true }),
  })
  return {
    wasRead: () => read,
    stop: () => {
      if (Object.getOwnPropertyDescriptor(request, 'session')?.get) Reflect.deleteProperty(request, 'session')
    },
  }
}
