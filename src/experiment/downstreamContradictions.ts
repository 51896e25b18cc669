import type { AutoencoderExperiment } from './autoencoder.ts';
import { contradiction } from './contradiction.ts';
import type { Fault } from './fault.ts';

/** A comparison with few labels that no test row could answer, or that names a thing twice. */
export function findDownstreamFaults({ downstream, data }: AutoencoderExperiment): Fault[] {
  if (downstream === undefined) return [];
  const faults = (['arms', 'labels'] as const).flatMap((key) => findRepeated(key, downstream[key]));
  if (data.split !== 'none' && data.split.test > 0) return faults;
  const message = `downstream compares on test rows, and data.split holds out none: set data.split.test, or remove downstream`;
  return [...faults, contradiction('downstream', message, ['data.split'])];
}

function findRepeated(key: string, values: readonly (string | number)[]): Fault[] {
  const at = values.findIndex((value, i) => values.indexOf(value) < i);
  if (at < 0) return [];
  return [contradiction(`downstream.${key}.${at}`, `downstream.${key} names ${JSON.stringify(values[at])} twice: remove one of the two`)];
}
