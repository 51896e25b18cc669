// A process that holds a run, for tests that kill it: node <bundle> <run folder> <what to do once it is held>
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { RunWriter } from '../../../src/store/runWriter.ts';
import { started, summary } from './sampleRun.ts';

const [folder = '', task = 'hold'] = process.argv.slice(2);
const say = (message: object) => process.stdout.write(`${JSON.stringify(message)}\n`);

async function main(): Promise<void> {
  if (task === 'race') {
    say({ ready: true });
    await new Promise((resolve) => process.stdin.once('data', resolve));
  }
  const writer = await RunWriter.open(folder);
  writer.append({ ...started, session: writer.session });
  writer.writeSummary(summary({ status: 'running', session: writer.session }));
  if (task === 'tear') appendFileSync(join(folder, 'events.jsonl'), '{"kind":"stepFinished","timeMs":1,"st');
  say({ held: writer.session });
  // a step that never ends: only the thread can answer
  while (task === 'compute') Math.sqrt(2);
  // the thread alone does not keep a process
  setInterval(() => {}, 1000);
}

main().catch((error: Error) => {
  say({ refused: error.message, name: error.name });
  process.exitCode = 1;
});
