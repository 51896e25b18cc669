import type { Fault } from './fault.ts';

/** A fault of the value at a dotted path; `reads` names the other values it depends on. */
export function contradiction(path: string, message: string, reads: readonly string[] = [], fix?: string): Fault {
  const fault: Fault = { path: path.split('.'), message, severity: 'error', at: 'value', reads: reads.map((one) => one.split('.')) };
  return fix === undefined ? fault : { ...fault, fix };
}
