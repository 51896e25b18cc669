/**
 * A growing curve: (step, value) pairs in two typed arrays, 12 bytes a point and at most 18 with the room to grow.
 * Steps ascend (equal ones are allowed).
 */
export class Column {
  #steps = new Uint32Array(16);
  #values = new Float64Array(16);
  #length = 0;
  #cuts = 0;

  /** Number of points. */
  get length(): number {
    return this.#length;
  }

  /** Steps, a view: valid until the next push. */
  get steps(): Uint32Array {
    return this.#steps.subarray(0, this.#length);
  }

  /** Values, a view: valid until the next push. */
  get values(): Float64Array {
    return this.#values.subarray(0, this.#length);
  }

  /** How often points were dropped: who indexes the column starts again when it has grown. */
  get cuts(): number {
    return this.#cuts;
  }

  /** Memory held, in bytes. */
  get sizeBytes(): number {
    return this.#steps.byteLength + this.#values.byteLength;
  }

  /** Appends a point. */
  push(step: number, value: number): void {
    if (this.#length === this.#steps.length) this.#resize(Math.ceil(this.#length * 1.5));
    this.#steps[this.#length] = step;
    this.#values[this.#length] = value;
    this.#length++;
  }

  /** Drops every point later than `step`. */
  cutAfter(step: number): void {
    const before = this.#length;
    while (this.#length > 0 && this.#steps[this.#length - 1]! > step) this.#length--;
    if (this.#length < before) this.#cuts++;
    if (this.#length < this.#steps.length / 4 && this.#steps.length > 16) this.#resize(Math.max(16, Math.ceil(this.#length * 1.5)));
  }

  #resize(capacity: number): void {
    const steps = new Uint32Array(capacity);
    const values = new Float64Array(capacity);
    steps.set(this.steps);
    values.set(this.values);
    this.#steps = steps;
    this.#values = values;
  }
}
