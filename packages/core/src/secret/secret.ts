import { inspect } from 'node:util'

const mark = '[secret]'

/**
 * A value that must not be printed: a code, a key, an address on its way out. Strings, JSON and `util.inspect` show
 * `[secret]`; `reveal()` is the one word that opens it.
 *
 * @example
 * const code = new Secret('48271936')
 * `${code}` // '[secret]'
 */
export class Secret<T> {
  readonly #value: T

  constructor(value: T) {
    this.#value = value
  }

  /** The value itself. Every call of this is a place to review. */
  reveal(): T {
    return this.#value
  }

  toString(): string {
    return mark
  }

  toJSON(): string {
    return mark
  }

  [inspect.custom](): string {
    return mark
  }
}
