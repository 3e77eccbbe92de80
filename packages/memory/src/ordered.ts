/** A list that stays in order. Finding a place halves the list; putting in and taking out move the rest by one block copy. */
export class Ordered<Item> {
  readonly #items: Item[] = []
  readonly #compare: (left: Item, right: Item) => number

  constructor(compare: (left: Item, right: Item) => number) {
    this.#compare = compare
  }

  get first(): Item | undefined {
    return this.#items[0]
  }

  add(item: Item): void {
    this.#items.splice(this.#placeOf(item), 0, item)
  }

  remove(item: Item): void {
    const place = this.#placeOf(item)
    const found = this.#items[place]
    if (found !== undefined && this.#compare(found, item) === 0) this.#items.splice(place, 1)
  }

  /** The items that are not before the given one, in order. */
  *from(item: Item): Iterable<Item> {
    for (let place = this.#placeOf(item); place < this.#items.length; place += 1) yield this.#items[place] as Item
  }

  /** All items, in order. */
  [Symbol.iterator](): Iterator<Item> {
    return this.#items.values()
  }

  #placeOf(item: Item): number {
    let low = 0
    let high = this.#items.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#compare(this.#items[middle] as Item, item) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** A subject's place in time. */
export type Moment = Readonly<{ at: number; subject: string }>

/** Earlier first; at the same time, by subject. */
export function byTimeAndSubject(left: Moment, right: Moment): number {
  if (left.at !== right.at) return left.at - right.at
  if (left.subject === right.subject) return 0
  return left.subject < right.subject ? -1 : 1
}
