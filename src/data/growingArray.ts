/** Numbers collected one after the other without knowing how many will come: blocks of up to 4 MB, joined once at the end. */
export class GrowingArray<T extends Float32Array | Int32Array | Uint16Array | Uint32Array> {
  #full: T[] = [];
  #last: T;
  #used = 0;

  /** @param Kind the kind of array, Float32Array say */
  constructor(private readonly Kind: new (length: number) => T) {
    this.#last = new Kind(firstLength);
  }

  /** Numbers collected. */
  get length(): number {
    return this.#full.length * blockLength + this.#used;
  }

  /** Appends a number. */
  push(value: number): void {
    if (this.#used === this.#last.length) this.#makeRoom();
    this.#last[this.#used++] = value;
  }

  /** The first block grows with what it holds, so that a few numbers take little; the others are whole at once. */
  #makeRoom(): void {
    const held = this.#last;
    this.#last = new this.Kind(Math.min(blockLength, 4 * held.length));
    if (held.length < blockLength) this.#last.set(held);
    else {
      this.#full.push(held);
      this.#used = 0;
    }
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
const firstLength = 2 ** 10;
