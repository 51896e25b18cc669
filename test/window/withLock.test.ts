import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { withLock } from './withLock.mjs';

const folder = mkdtempSync(join(tmpdir(), 'latent-lab-lock-'));
const lock = join(folder, 'install.lock');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('withLock', () => {
  it('lets one at a time work, and the next one when the first has failed', async () => {
    let working = 0;
    const work = async () => {
      working += 1;
      expect(working).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 50));
      working -= 1;
      throw new Error('no net');
    };
    const results = await Promise.allSettled([withLock(lock, work), withLock(lock, work), withLock(lock, work)]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(working).toBe(0);
  });

  it('takes over the lock of a process that has died', async () => {
    const nobody = 2 ** 22 + 1;
    writeFileSync(lock, String(nobody));
    expect(await withLock(lock, () => 'done')).toBe('done');
  });
});
