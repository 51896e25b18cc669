/** Mean of the numbers since the last reading. */
export class Meter {
  private sum = 0;
  private count = 0;

  /** Takes in one number. */
  add(value: number): void {
    this.sum += value;
    this.count += 1;
  }

  /** What was taken in since the last reading, for a checkpoint. */
  get taken(): { sum: number; count: number } {
    return { sum: this.sum, count: this.count };
  }

  /** Goes on from what was taken in before. */
  restore({ sum, count }: { sum: number; count: number }): void {
    this.sum = sum;
    this.count = count;
  }

  /** The mean since the last reading (NaN when nothing was added), and starts anew. */
  read(): number {
    const mean = this.sum / this.count;
    this.sum = 0;
    this.count = 0;
    return mean;
  }
}
