type Callback = (error?: unknown, session?: unknown) => void

/** The part of an express-session store that is used here. */
export type SessionStore = {
  get(id: string, callback: Callback): void
  set(id: string, session: unknown, callback?: Callback): void
  destroy(id: string, callback?: Callback): void
  touch?(id: string, session: unknown, callback?: Callback): void
}

/** No request is under way for longer than this. */
const tombstoneSeconds = 24 * 3600

const prefix = 'retired-'

const watched = new WeakSet<object>()

/** Whether an object is a session store that can be watched. */
export function isSessionStore(store: object | undefined): store is SessionStore {
  return (
    store !== undefined && ['get', 'set', 'destroy'].every((verb) => typeof Reflect.get(store, verb) === 'function')
  )
}

/**
 * Makes a session store end sessions for good: at sign-out and sign-in, where the application destroys or regenerates them, and
 * where a right answer changes the id.
 *
 * express-session writes a changed session when its response ends, by an upsert: a request that was slow enough to end after the
 * session had been destroyed would bring the old id back to life. The store is where all processes meet, so that the fact is
 * kept there: a tombstone stands beside the session before the session goes, and every write looks for it, before (what was retired
 * is not written) and after (what was retired meanwhile is destroyed). A change of a session costs two more reads of the store, its
 * end one more write, a request that changes none costs nothing. Between those two looks a revived session can be read for the length
 * of one write.
 */
export function watchSessionStore(store: SessionStore): void {
  if (watched.has(store)) return
  watched.add(store)
  const set = store.set.bind(store)
  const destroy = store.destroy.bind(store)
  const touch = store.touch?.bind(store)

  store.set = function setUnlessRetired(id, session, callback = ignore) {
    ifAlive(id, callback, () => {
      set(id, session, (error) => (error ? callback(error) : ifAlive(id, callback, callback)))
    })
  }

  store.destroy = function retire(id, callback = ignore) {
    set(prefix + id, tombstone(), (error) => {
      if (error) return callback(error)
      destroy(id, (failure) => (failure ? bringBack(id, failure, callback) : callback()))
    })
  }

  // A store may report that there is nothing to touch. For a retired session that is as it should be.
  if (touch)
    store.touch = function touchUnlessRetired(id, session, callback = ignore) {
      touch(id, session, (error) => (error ? ifAlive(id, callback, () => callback(error)) : callback()))
    }

  /** Goes on if the id lives; ends quietly if it is retired, with its session destroyed. */
  function ifAlive(id: string, callback: Callback, goOn: () => void): void {
    store.get(prefix + id, (error, found) => {
      if (error) return callback(error)
      if (!found) return goOn()
      destroy(id, callback)
    })
  }

  /** Half retired is worse than not retired: the person's next change would be lost. */
  function bringBack(id: string, failure: unknown, callback: Callback): void {
    destroy(prefix + id, () => callback(failure))
  }
}

/** Ends a session id for good, in a store that is watched. Rejects, with the session as it was, if the store fails. */
export async function retire(store: SessionStore, id: string): Promise<void> {
  await verb((done) => store.destroy(id, done))
}

/** Whether an id was retired. */
export async function isRetired(store: SessionStore, id: string): Promise<boolean> {
  return Boolean(await verb((done) => store.get(prefix + id, done)))
}

/** Has the form of a session, since a store may read its cookie; nobody is signed in by it. */
function tombstone() {
  const milliseconds = tombstoneSeconds * 1000
  return {
    cookie: { originalMaxAge: milliseconds, expires: new Date(Date.now() + milliseconds), httpOnly: true, path: '/' },
    retired: true,
  }
}

function verb(start: (done: Callback) => void): Promise<unknown> {
  return new Promise((resolve, reject) => start((error, value) => (error ? reject(error) : resolve(value))))
}

function ignore(): void {}
