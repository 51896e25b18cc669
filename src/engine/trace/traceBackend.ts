import { tf } from '../../science/tensorflow.ts';
import { TracedGraph } from './tracedGraph.ts';
import { arrayOf, knownValue, sizeOf, type TracedType, type TracedValue } from './tracedValue.ts';

/** Name of the backend that records instead of computing. */
export const traceName = 'trace';

/** A backend of TensorFlow.js that computes nothing: every kernel adds to a graph. One program is traced at a time. */
export class TraceBackend extends tf.KernelBackend {
  graph = new TracedGraph();
  private readonly behind = new WeakMap<object, TracedValue>();

  /** The value behind a tensor. */
  valueBehind({ dataId }: Pick<tf.TensorInfo, 'dataId'>): TracedValue {
    const value = this.behind.get(dataId);
    if (!value) throw new Error('a tensor of another backend was met while tracing');
    return value;
  }

  /** A tensor of a value: always with data of its own (TensorFlow.js doubles gradients of tensors that come back as they went in). */
  tensorOf(value: TracedValue): tf.TensorInfo {
    if (value.type === 'float64') throw new Error('a float64 value left its kernel: TensorFlow.js has no such tensors');
    const dataId = {};
    this.behind.set(dataId, value);
    return { dataId, shape: [...value.shape], dtype: value.type };
  }

  override write(values: tf.backend_util.BackendValues, shape: number[], dtype: tf.DataType): object {
    const type = tracedType(dtype);
    const data = arrayOf(type, sizeOf(shape));
    // TensorFlow.js makes tensors before it knows their numbers
    if (values) data.set(values as Float32Array);
    const dataId = {};
    this.behind.set(dataId, knownValue(data, shape, type));
    return dataId;
  }

  override readSync(): never {
    throw new Error('numbers were asked for while tracing: a program must not depend on them');
  }

  override disposeData(): boolean {
    return true;
  }

  override incRef(): void {}

  override refCount(): number {
    return 1;
  }

  override numDataIds(): number {
    return 0;
  }

  override memory(): { unreliable: boolean } {
    return { unreliable: true };
  }

  override floatPrecision(): 32 {
    return 32;
  }

  override epsilon(): number {
    return 1e-7;
  }

  override dispose(): void {}
}

/** @throws Error for types that no program of ours has */
export function tracedType(dtype: tf.DataType): TracedType {
  if (dtype === 'float32' || dtype === 'int32' || dtype === 'bool') return dtype;
  throw new Error(`tensors of type ${dtype} cannot be traced`);
}
