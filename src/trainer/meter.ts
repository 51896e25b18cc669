/** Mean of the numbers since the last reading. */
export class Meter {
  private sum = 0;
  private count = 0;

  /** Takes in one number. */
  add(value: number): void {
    this.sum += value;
    this.count += 1;
  }

  /** The mean since the last reading (NaN when nothing was added), and starts anew. */
  read(): number {
    const mean = this.sum / this.count;
    this.sum = 0;
    this.count = 0;
    return mean;
  }
}
