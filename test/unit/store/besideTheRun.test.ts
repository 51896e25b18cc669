import { appendFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { encodeNpy } from '../../../src/math/npy.ts';
import { leaseAgeMs, renewLease } from '../../../src/store/lease.ts';
import { appendOrder, OrderReader } from '../../../src/store/orderFile.ts';
import { readArray } from '../../../src/store/readArray.ts';
import { readNotes, writeNotes } from '../../../src/store/runNotes.ts';
import { ensureRunsFolder, runsFolderFor, workspaceOf } from '../../../src/store/runsFolder.ts';
import { RunWriter } from '../../../src/store/runWriter.ts';
import { moveToTrash, restoreFromTrash } from '../../../src/store/trash.ts';
import { temporaryFolder } from './temporaryFolder.ts';

describe('orders', () => {
  it('come once each and in their order, looked for at most every 50 ms', async () => {
    const folder = temporaryFolder();
    let nowMs = 0;
    const reader = new OrderReader(folder, () => nowMs);
    expect(reader.poll()).toEqual([]);
    await appendOrder(folder, { order: 'pause', session: 1 });
    await appendOrder(folder, { order: 'resume', session: 1 });
    nowMs = 49;
    expect(reader.poll()).toEqual([]);
    nowMs = 51;
    expect(reader.poll()).toEqual([
      { order: 'pause', session: 1 },
      { order: 'resume', session: 1 },
    ]);
    nowMs = 200;
    expect(reader.poll()).toEqual([]);
    reader.close();
    expect(reader.poll()).toEqual([]);
  });

  it('of two who order at once are both whole, also behind a torn line', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'orders.jsonl'), '{"order":"st');
    await appendOrder(folder, { order: 'stop', session: 1 });
    await Promise.all(Array.from({ length: 20 }, (_, session) => appendOrder(folder, { order: 'pause', session })));
    const orders = new OrderReader(folder).poll();
    expect(orders).toHaveLength(21);
    expect(orders[0]).toEqual({ order: 'stop', session: 1 });
  });

  it('wait for the end of their line, and a line that never ends is not kept', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'orders.jsonl');
    let nowMs = 0;
    const reader = new OrderReader(folder, () => (nowMs += 100));
    appendFileSync(path, '{"order":"stop",');
    expect(reader.poll()).toEqual([]);
    appendFileSync(path, '"session":1}\n');
    expect(reader.poll()).toEqual([{ order: 'stop', session: 1 }]);
    appendFileSync(path, 'x'.repeat(200_000));
    for (let look = 0; look < 5; look++) expect(reader.poll()).toEqual([]);
    appendFileSync(path, '\n{"order":"pause","session":1}\n');
    expect(reader.poll()).toEqual([{ order: 'pause', session: 1 }]);
    reader.close();
  });
});

describe('the lease of a run', () => {
  it('is as old as its last renewal', async () => {
    const folder = temporaryFolder();
    expect(leaseAgeMs(folder)).toBe(Number.POSITIVE_INFINITY);
    await renewLease(folder);
    expect(leaseAgeMs(folder)).toBeLessThan(30_000);
    const then = new Date(Date.now() - 60_000);
    utimesSync(join(folder, 'lease'), then, then);
    expect(leaseAgeMs(folder)).toBeGreaterThan(59_000);
    await renewLease(folder);
    expect(leaseAgeMs(folder)).toBeLessThan(30_000);
    await renewLease(join(folder, 'gone'));
  });
});

describe('notes', () => {
  it('change one thing and leave the others as they are on disk, unknown ones too', async () => {
    const folder = temporaryFolder();
    expect(await readNotes(folder)).toEqual({ name: null, tags: [], note: '', starred: false, archived: false });
    writeFileSync(join(folder, 'notes.json'), '{"note": "kept", "colour": "red", "tags": 3}');
    expect(await writeNotes(folder, { name: 'mine' })).toMatchObject({ name: 'mine', note: 'kept', tags: [] });
    await writeNotes(folder, { starred: true });
    expect(JSON.parse(readFileSync(join(folder, 'notes.json'), 'utf8'))).toMatchObject({
      version: 1,
      name: 'mine',
      note: 'kept',
      colour: 'red',
      starred: true,
    });
    expect(await readNotes(folder)).toMatchObject({ name: 'mine', starred: true });
  });
});

describe('the trash', () => {
  it('is beside the runs, takes nothing that trains, and gives back', async () => {
    const home = join(temporaryFolder(), '.latent');
    const runs = join(home, 'runs');
    await ensureRunsFolder(runs);
    const folder = join(runs, 'a-run');
    mkdirSync(folder);
    const writer = await RunWriter.open(folder);
    await expect(moveToTrash(folder)).rejects.toThrow('a-run is still training; stop it, then delete it');
    await writer.close();
    expect(await moveToTrash(folder)).toBe(join(home, 'trash', 'a-run'));
    mkdirSync(folder);
    expect(await moveToTrash(folder)).toBe(join(home, 'trash', 'a-run-2'));
    expect(existsSync(folder)).toBe(false);
    expect(await restoreFromTrash(join(home, 'trash', 'a-run'))).toBe(folder);
    expect(existsSync(join(folder, 'events.jsonl'))).toBe(true);
  });

  it('is inside a runs folder that stands alone', async () => {
    const runs = temporaryFolder();
    mkdirSync(join(runs, 'a-run'));
    const trashed = await moveToTrash(join(runs, 'a-run'));
    expect(trashed).toBe(join(runs, '.trash', 'a-run'));
    expect(await restoreFromTrash(trashed)).toBe(join(runs, 'a-run'));
  });
});

describe('the runs folder of an experiment', () => {
  it('is that of the nearest workspace above the file, else of its own folder', async () => {
    const root = temporaryFolder();
    const deep = join(root, 'a', 'b');
    mkdirSync(deep, { recursive: true });
    // the temporary folder itself may lie in a workspace of somebody
    const own = workspaceOf(join(root, 'x.latent.jsonc'));
    if (own === root) expect(workspaceOf(join(deep, 'x.latent.jsonc'))).toBe(deep);
    mkdirSync(join(root, '.git'));
    expect(await runsFolderFor(join(deep, 'x.latent.jsonc'))).toBe(join(root, '.latent', 'runs'));
    mkdirSync(join(root, 'a', '.latent'));
    expect(await runsFolderFor(join(deep, 'x.latent.jsonc'))).toBe(join(root, 'a', '.latent', 'runs'));
  });

  it('keeps itself out of git, and leaves what is there', async () => {
    const root = temporaryFolder();
    const runs = join(root, '.latent', 'runs');
    await ensureRunsFolder(runs);
    expect(readFileSync(join(root, '.latent', '.gitignore'), 'utf8')).toBe('*\n');
    writeFileSync(join(root, '.latent', '.gitignore'), 'mine\n');
    await ensureRunsFolder(runs);
    expect(readFileSync(join(root, '.latent', '.gitignore'), 'utf8')).toBe('mine\n');
    await ensureRunsFolder(join(root, 'elsewhere'));
    expect(existsSync(join(root, '.gitignore'))).toBe(false);
  });

  it('that cannot be made is named in one sentence', async () => {
    const root = temporaryFolder();
    writeFileSync(join(root, '.latent'), 'a file');
    await expect(ensureRunsFolder(join(root, '.latent', 'runs'))).rejects.toThrow(
      `${join(root, '.latent', 'runs')} cannot be made: a file of that name is in the way; move it or choose another runs folder`,
    );
  });
});

describe('an array that an event named', () => {
  const folderWithArray = () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'arrays'));
    writeFileSync(join(folder, 'arrays', 'a.npy'), encodeNpy(Float32Array.of(1, 2), [1, 2]));
    return folder;
  };

  it('comes with its shape; a missing or damaged one is null', async () => {
    const folder = folderWithArray();
    expect(await readArray(folder, 'arrays/a.npy')).toEqual({ data: Float32Array.of(1, 2), shape: [1, 2] });
    writeFileSync(join(folder, 'arrays', 'b.npy'), 'not numbers');
    for (const file of ['arrays/b.npy', 'arrays/c.npy']) expect(await readArray(folder, file)).toBeNull();
  });

  it('is refused anywhere but in the arrays of the run', async () => {
    const folder = folderWithArray();
    writeFileSync(join(folder, 'a.npy'), encodeNpy(Float32Array.of(1), [1]));
    for (const file of ['a.npy', 'arrays/../a.npy', 'arrays/sub/a.npy', '/etc/passwd', 'arrays/a.npy\0', 'ARRAYS/a.npy'])
      expect(await readArray(folder, file)).toBeNull();
  });

  it.runIf(process.platform !== 'win32')('is refused where a link leads out of the run', async () => {
    const folder = folderWithArray();
    const outside = join(folderWithArray(), 'arrays', 'a.npy');
    symlinkSync(outside, join(folder, 'arrays', 'link.npy'));
    expect(await readArray(folder, 'arrays/link.npy')).toBeNull();
  });
});
