import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/experiment/problem.ts';
import { runSummarySchema } from '../../../src/run/runSummary.ts';
import { listCheckpoints, readCheckpoint } from '../../../src/store/checkpoints.ts';
import { EventLog, type WriteBytes } from '../../../src/store/eventLog.ts';
import { FollowedRun } from '../../../src/store/followRun.ts';
import { RunWriter } from '../../../src/store/runWriter.ts';
import { started, stepAt, summary } from './sampleRun.ts';
import { temporaryFolder } from './temporaryFolder.ts';

const diskFull = () => Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
const linesOf = (folder: string) => readFileSync(join(folder, 'events.jsonl'), 'utf8').split('\n');

describe('the one who writes a run', () => {
  it('leaves a folder in which everything can be read back', async () => {
    const folder = temporaryFolder();
    const writer = await RunWriter.open(folder);
    expect(writer.append(started)).toMatchObject({ kind: 'runStarted', timeMs: expect.any(Number) });
    for (let step = 1; step <= 5; step++) writer.append(stepAt(step));
    writer.writeText('experiment.jsonc', '{}');
    writer.writeArray('arrays/latents-5.npy', Uint8Array.of(1, 2));
    writer.writeSummary(summary({ status: 'running' }));
    writer.writeSummary(summary({ status: 'finished' }));
    expect(writer.saveCheckpoint(5, { 'parameters.bin': Uint8Array.of(7, 8) })).toBe('taken');
    await writer.close();
    expect(linesOf(folder)).toHaveLength(7);
    expect(readdirSync(folder).sort()).toEqual([
      'arrays',
      'checkpoints',
      'events.jsonl',
      'experiment.jsonc',
      'heartbeat',
      'lock.1',
      'summary.json',
    ]);
    expect(runSummarySchema.parse(JSON.parse(readFileSync(join(folder, 'summary.json'), 'utf8'))).status).toBe('finished');
    expect(await readCheckpoint(folder, 5)).toEqual({ 'parameters.bin': Uint8Array.of(7, 8) });
  });

  it('has everything but steps on disk when append returns, and steps with them in their order', async () => {
    const folder = temporaryFolder();
    const writer = await RunWriter.open(folder);
    writer.append(started);
    expect(linesOf(folder)).toHaveLength(2);
    writer.append(stepAt(1));
    writer.append({ kind: 'paused', step: 1 });
    expect(
      linesOf(folder)
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line).kind),
    ).toEqual(['runStarted', 'stepFinished', 'paused']);
    await writer.close();
  });

  it('copies a checkpoint at the call: what the training does to its arrays later is not in it', async () => {
    const folder = temporaryFolder();
    const writer = await RunWriter.open(folder);
    const live = new Uint8Array(1_000_000).fill(1);
    const text = Buffer.from('{"step": 1}');
    writer.saveCheckpoint(1, { 'parameters.bin': live, 'state.json': text });
    live.fill(2);
    expect(text.toString()).toBe('{"step": 1}');
    text.fill(0);
    await writer.close();
    expect(Buffer.from((await readCheckpoint(folder, 1))['state.json']!).toString()).toBe('{"step": 1}');
    expect((await readCheckpoint(folder, 1))['parameters.bin']!.every((byte) => byte === 1)).toBe(true);
  });

  it('skips a checkpoint while the one before is still being written', async () => {
    const writer = await RunWriter.open(temporaryFolder());
    expect(writer.saveCheckpoint(1, { 'parameters.bin': new Uint8Array(8_000_000) })).toBe('taken');
    expect(writer.saveCheckpoint(2, { 'parameters.bin': Uint8Array.of(2) })).toBe('skipped');
    expect(await writer.checkpointWritten()).toBe(true);
    expect(writer.saveCheckpoint(3, { 'parameters.bin': Uint8Array.of(3) })).toBe('taken');
    await writer.close();
    expect(await listCheckpoints(writer.folder)).toEqual([1, 3]);
  });

  it('keeps the newest five checkpoints, and none of a future that a resumed run dropped', async () => {
    const writer = await RunWriter.open(temporaryFolder());
    const save = async (step: number, byte = 0) => {
      writer.saveCheckpoint(step, { 'parameters.bin': Uint8Array.of(byte) });
      await writer.checkpointWritten();
    };
    for (let step = 10; step <= 80; step += 10) await save(step);
    expect(await listCheckpoints(writer.folder)).toEqual([40, 50, 60, 70, 80]);
    await save(50, 9);
    expect(await listCheckpoints(writer.folder)).toEqual([40, 50]);
    expect(await readCheckpoint(writer.folder, 50)).toEqual({ 'parameters.bin': Uint8Array.of(9) });
    await expect(readCheckpoint(writer.folder, 60)).rejects.toThrow('has no checkpoint at step 60; there are checkpoints at 40, 50');
    await writer.close();
    expect(readdirSync(join(writer.folder, 'checkpoints')).sort()).toEqual(['40', '50']);
  });

  it('writes only where a run may write', async () => {
    const writer = await RunWriter.open(temporaryFolder());
    expect(() => writer.writeText('../evil', '')).toThrow('not a plain file name');
    expect(() => writer.writeArray('arrays/../../evil.npy', new Uint8Array(1))).toThrow('not of the form');
    expect(() => writer.saveCheckpoint(1, { 'a/b': new Uint8Array(1) })).toThrow('not a plain file name');
    await writer.close();
    await writer.close();
  });

  it('says what is wrong with the folder', async () => {
    const folder = temporaryFolder();
    await expect(RunWriter.open(join(folder, 'missing'))).rejects.toThrow(UserError);
    writeFileSync(join(folder, 'arrays'), 'a file in the way');
    await expect(RunWriter.open(folder)).rejects.toThrow(/a file of that name is in the way/);
    // and lets go of what it had taken
    mkdirSync(join(folder, 'elsewhere'));
    await (await RunWriter.open(join(folder, 'elsewhere'))).close();
  });
});

describe('a full disk', () => {
  it('is one plain sentence, and the log ends with why when there is room for it', async () => {
    const folder = temporaryFolder();
    let isFull = false;
    const write: WriteBytes = (fd, bytes, offset, length) => {
      if (isFull && existsSync(join(folder, 'reserve'))) throw diskFull();
      return writeSync(fd, bytes, offset, length);
    };
    const writer = await RunWriter.open(folder, { write });
    writer.append(started);
    isFull = true;
    expect(() => writer.append({ kind: 'paused', step: 1 })).toThrow(/^disk full: .*events\.jsonl could not be written; free some space/);
    // the room kept back was given free: the last words of the run fit in
    writer.append({ kind: 'runFailed', step: 1, message: 'disk full' });
    await writer.close();
    const followed = new FollowedRun(folder);
    expect((await followed.poll()).map(({ kind }) => kind)).toEqual(['runStarted', 'paused', 'runFailed']);
    expect(followed.skipped).toBe(0);
    await followed.close();
  });

  it('does not keep a run from writing its end, when only the end found no room', async () => {
    const folder = temporaryFolder();
    const write: WriteBytes = (fd, bytes, offset, length) => {
      if (Buffer.from(bytes).includes('runFailed') && existsSync(join(folder, 'reserve'))) throw diskFull();
      return writeSync(fd, bytes, offset, length);
    };
    const writer = await RunWriter.open(folder, { write });
    writer.append({ kind: 'runFailed', step: 0, message: 'the loss is not finite' });
    await writer.close();
    expect(linesOf(folder)).toHaveLength(2);
  });

  it('in the middle of a line leaves a log that later sittings and readers can go on with', async () => {
    const folder = temporaryFolder();
    let room = Number.POSITIVE_INFINITY;
    const write: WriteBytes = (fd, bytes, offset, length) => {
      if (room <= 0) throw diskFull();
      const taken = writeSync(fd, bytes, offset, Math.min(length, room));
      room -= taken;
      return taken;
    };
    const writer = await RunWriter.open(folder, { write });
    writer.append(started);
    room = 20;
    expect(() => writer.append({ kind: 'warned', step: 1, message: 'cut' })).toThrow('disk full');
    await expect(writer.close()).rejects.toThrow('disk full');
    expect(linesOf(folder).at(-1)).toHaveLength(20);
    const next = await RunWriter.open(folder);
    next.append({ kind: 'resumed', session: next.session, fromStep: 0 });
    await next.close();
    const followed = new FollowedRun(folder);
    expect((await followed.poll()).map(({ kind }) => kind)).toEqual(['runStarted', 'resumed']);
    expect(followed.skipped).toBe(1);
    await followed.close();
  });

  it('of whatever timing never mixes or loses a line that is written in the end', () => {
    const folder = temporaryFolder();
    let runs = 0;
    fc.assert(
      fc.property(
        fc.array(fc.string({ maxLength: 30 }), { maxLength: 20 }),
        fc.array(fc.integer({ min: -1, max: 9 })),
        (texts, behaviour) => {
          const path = join(folder, String(runs++));
          const plan = [...behaviour];
          const log = new EventLog(path, (fd, bytes, offset, length) => {
            const room = plan.shift() ?? Number.POSITIVE_INFINITY;
            if (room < 0) throw diskFull();
            return room === 0 ? 0 : writeSync(fd, bytes, offset, Math.min(length, room));
          });
          const lines = texts.map((text) => JSON.stringify(text));
          lines.forEach((line, i) => {
            try {
              if (i % 3 === 0) log.now(line);
              else log.later(line);
            } catch {
              // tried again below
            }
          });
          while (plan.length > 0) attempt(() => log.now('0'));
          log.flush();
          log.close();
          const written = readFileSync(path, 'utf8').split('\n').slice(0, -1);
          expect(written.slice(0, lines.length)).toEqual(lines);
          expect(written.slice(lines.length).every((line) => line === '0')).toBe(true);
        },
      ),
    );
  });

  it('that the thread meets is told by the next call', async () => {
    const folder = temporaryFolder();
    const writer = await RunWriter.open(folder);
    // a folder in the way stands for every reason why a rename can fail
    mkdirSync(join(folder, 'summary.json', 'full'), { recursive: true });
    writer.writeSummary(summary());
    await expect(writer.close()).rejects.toThrow(/summary\.json/);
  });
});

function attempt(work: () => void): void {
  try {
    work();
  } catch {
    // the disk was full
  }
}
