import { statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Renews the lease of a run: the window that started it is still there. Fails silently: a run without lease ends by itself. */
export async function renewLease(folder: string): Promise<void> {
  await writeFile(join(folder, 'lease'), String(Date.now())).catch(() => {});
}

/** Milliseconds since the lease was last renewed; Infinity where there is none. */
export function leaseAgeMs(folder: string): number {
  const lease = statSync(join(folder, 'lease'), { throwIfNoEntry: false });
  return lease ? Math.max(0, Date.now() - lease.mtimeMs) : Number.POSITIVE_INFINITY;
}
