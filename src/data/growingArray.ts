/** Numbers collected one after the other without knowing how many will come: blocks of 4 MB, joined once at the end. */
export class GrowingArray<T extends Float32Array | Int32Array> {
  #full: T[] = [];
  #last: T;
  #used = 0;

  /** @param Kind the kind of array, Float32Array or Int32Array */
  constructor(private readonly Kind: new (length: number) => T) {
    this.#last = new Kind(blockLength);
  }

  /** Numbers collected. */
  get length(): number {
    return this.#full.length * blockLength + this.#used;
  }

  /** Appends a number. */
  push(value: number): void {
    if (this.#used === blockLength) {
      this.#full.push(this.#last);
      this.#last = new this.Kind(blockLength);
      this.#used = 0;
    }
    this.#last[this.#used++] = value;
  }

  /** All numbers in one array; the collection is empty afterwards, so that both are in memory only for a moment. */
  join(): T {
    const whole = new this.Kind(this.length);
    let at = 0;
    for (const block of this.#full.splice(0)) {
      whole.set(block, at);
      at += blockLength;
    }
    whole.set(this.#last.subarray(0, this.#used), at);
    this.#used = 0;
    return whole;
  }
}

const blockLength = 2 ** 20;
