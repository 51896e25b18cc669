/** A binary heap: the first of its items by an order comes out first. */
export class Heap<T> {
  readonly #items: T[] = [];

  /** @param isBefore whether the first item comes out before the second */
  constructor(private readonly isBefore: (a: T, b: T) => boolean) {}

  /** Takes an item in. */
  push(item: T): void {
    const items = this.#items;
    let at = items.length;
    for (let parent = (at - 1) >> 1; at > 0 && this.isBefore(item, items[parent]!); parent = (at - 1) >> 1) {
      items[at] = items[parent]!;
      at = parent;
    }
    items[at] = item;
  }

  /** Takes the first item out; null where there is none. */
  pop(): T | null {
    const items = this.#items;
    const last = items.pop();
    if (last === undefined) return null;
    if (items.length === 0) return last;
    const first = items[0]!;
    let at = 0;
    for (let child = 1; child < items.length; child = 2 * at + 1) {
      if (child + 1 < items.length && this.isBefore(items[child + 1]!, items[child]!)) child++;
      if (!this.isBefore(items[child]!, last)) break;
      items[at] = items[child]!;
      at = child;
    }
    items[at] = last;
    return first;
  }
}
