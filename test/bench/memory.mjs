// What a run of 100,000 events costs the process that follows it (the extension host), with the dashboard closed and open.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';

const here = fileURLToPath(new URL('.', import.meta.url));
const repeats = 3;

/** @returns {Promise<import('./run.mjs').Figure[]>} */
export async function measure() {
  const work = mkdtempSync(join(tmpdir(), 'latent-lab-bench-'));
  const outfile = join(work, 'followMany.cjs');
  try {
    await esbuild.build({
      entryPoints: [join(here, 'followMany.ts')],
      bundle: true,
      platform: 'node',
      format: 'cjs',
      outfile,
      mainFields: ['module', 'main'],
    });
    const runs = Array.from({ length: repeats }, () =>
      JSON.parse(execFileSync(process.execPath, ['--expose-gc', outfile], { encoding: 'utf8' })),
    );
    const values = (key) => runs.map((run) => run[key]);
    return [
      { what: 'host heap after 100,000 events, dashboard closed', values: values('closedKilobytes'), unit: 'kB', goal: 'flat' },
      { what: 'host memory a logged number, dashboard open', values: values('bytesANumber'), unit: 'bytes', goal: 'at most 24' },
      { what: 'following 100,000 events', values: values('followMs'), unit: 'ms', goal: '' },
    ];
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
