/** Writes the wire format of protocol buffers (https://protobuf.dev/programming-guides/encoding): what ONNX needs of it. */
export class ProtobufWriter {
  private bytes = new Uint8Array(1024);
  private view = new DataView(this.bytes.buffer);
  private length = 0;

  /** The message so far; a copy. */
  finish(): Uint8Array {
    return this.bytes.slice(0, this.length);
  }

  /** Field with a whole number, 0 .. 2^53 or negative (ten bytes, as int64). */
  int(field: number, value: number): void {
    this.varint(field * 8);
    this.varint(value);
  }

  /** Field with a float32. */
  float(field: number, value: number): void {
    this.varint(field * 8 + 5);
    this.reserve(4);
    this.view.setFloat32(this.length, value, true);
    this.length += 4;
  }

  /** Field with a text in UTF-8. */
  text(field: number, value: string): void {
    this.raw(field, new TextEncoder().encode(value));
  }

  /** Field with bytes as they are. */
  raw(field: number, value: Uint8Array): void {
    this.varint(field * 8 + 2);
    this.varint(value.length);
    this.reserve(value.length);
    this.bytes.set(value, this.length);
    this.length += value.length;
  }

  /** Field with a message inside, filled by `fill`. */
  message(field: number, fill: (inner: ProtobufWriter) => void): void {
    const inner = new ProtobufWriter();
    fill(inner);
    this.raw(field, inner.bytes.subarray(0, inner.length));
  }

  /** Field with whole numbers one after the other. */
  ints(field: number, values: readonly number[]): void {
    for (const value of values) this.int(field, value);
  }

  private varint(value: number): void {
    this.reserve(10);
    let rest = BigInt.asUintN(64, BigInt(value));
    for (; rest > 0x7fn; rest >>= 7n) this.bytes[this.length++] = Number(rest & 0x7fn) | 0x80;
    this.bytes[this.length++] = Number(rest);
  }

  private reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(2 * this.bytes.length, this.length + more));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
    this.view = new DataView(grown.buffer);
  }
}
