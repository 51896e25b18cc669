// How long a frame of the page takes: pan and zoom of 20 curves of 10,000 points, and a scatter of 100,000 points, in software rendering.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));
const curves = 20;
const points = 10_000;
const frames = 60;

/** The page tests' own way to open the page, as a module that Node reads. */
async function loadOpenPage() {
  const outfile = join(root, 'dist/bench/openPage.mjs');
  mkdirSync(join(root, 'dist/bench'), { recursive: true });
  const entry = join(root, 'test/page/openPage.ts');
  await esbuild.build({ entryPoints: [entry], outfile, bundle: true, platform: 'node', format: 'esm', packages: 'external' });
  return import(outfile);
}

/** Opens a run of `curves` loss curves of `points` points each, as the host would send it. */
async function openCurves({ openPage }, browser) {
  const opened = await openPage(browser, { epoch: null, epochs: points, stepsPerEpoch: 1 });
  await opened.said('ready');
  await opened.page.evaluate(
    ([many, length]) => {
      const host = window.fakeHost;
      host.epoch = length;
      // a loss that falls over the whole run with noise of a fiftieth: computed once, as a host has it in memory
      const made = new Map();
      host.run.points = (name, from, to) => {
        if (!made.has(name)) {
          const offset = 1 + (Number.parseInt(name.slice(3, 5), 10) || 0) / 40;
          const pairs = new Float64Array(2 * length);
          for (let i = 0; i < length; i++) {
            pairs[2 * i] = i + 1;
            pairs[2 * i + 1] = (offset + 8 * Math.exp((-6 * i) / length)) * (1 + 0.02 * (((i * 7919 + name.length) % 1009) / 504 - 1));
          }
          made.set(name, pairs);
        }
        return made.get(name).slice(2 * Math.floor(from), 2 * Math.floor(to)).buffer;
      };
      const snapshot = host.run.snapshot(1, {});
      snapshot.run = host.run.runAt(length);
      snapshot.frames = [];
      const names = Array.from({ length: many }, (_, i) => (i === 0 ? 'validation.loss' : `arm${String(i).padStart(2, '0')}.loss`));
      snapshot.curves = names.map((name) => ({ name, length, samples: host.run.points(name, 0, length).slice(0, 512 * 16) }));
      host.send(snapshot);
    },
    [curves, points],
  );
  await opened.page.waitForFunction((many) => window.fakeHost.posts.filter((post) => post.kind === 'askCurve').length >= many, curves);
  await opened.page.waitForTimeout(1000);
  return opened;
}

/** Milliseconds from one frame to the next while `act(i)` happens in each: script, layout and painting. */
function timeFrames(page, how) {
  return page.evaluate(
    async ([kind, many]) => {
      const canvas = document.querySelector(kind.startsWith('scatter') ? '.points-box' : '.loss-plot canvas');
      const { left, top, width, height } = canvas.getBoundingClientRect();
      const at = (share) => ({ clientX: left + width * share, clientY: top + height / 2, bubbles: true, cancelable: true });
      const pointer = { pointerId: 1, pointerType: 'mouse', isPrimary: true, button: 0, buttons: 1 };
      const act = (i) => {
        if (kind.endsWith('zoom')) canvas.dispatchEvent(new WheelEvent('wheel', { ...at(0.4), deltaY: i % 20 < 10 ? -40 : 40 }));
        else canvas.dispatchEvent(new PointerEvent('pointermove', { ...at(0.7 - 0.005 * i), ...pointer }));
      };
      const nextFrame = () => new Promise((done) => requestAnimationFrame(done));
      if (kind.endsWith('pan')) {
        for (let i = 0; i < 5; i++) canvas.dispatchEvent(new WheelEvent('wheel', { ...at(0.4), deltaY: -100 }));
        await nextFrame();
        canvas.setPointerCapture = () => {};
        canvas.dispatchEvent(new PointerEvent('pointerdown', { ...at(0.7), ...pointer }));
      }
      const times = [];
      let last = await nextFrame();
      for (let i = 0; i < many; i++) {
        act(i);
        const now = await nextFrame();
        times.push(now - last);
        last = now;
      }
      window.dispatchEvent(new PointerEvent('pointerup', { ...at(0.5), ...pointer }));
      return times;
    },
    [how, frames],
  );
}

/** @returns {Promise<import('./run.mjs').Figure[]>} */
export async function measure() {
  const tools = await loadOpenPage();
  const browser = await tools.openBrowser();
  try {
    const opened = await openCurves(tools, browser);
    const goal = 'under 50';
    const what = `page: %s of ${curves} curves of ${points} points`;
    const figures = [];
    for (const how of ['zoom', 'pan'])
      figures.push({ what: what.replace('%s', how), values: await timeFrames(opened.page, how), unit: 'ms a frame', goal });
    await opened.close();
    const scatter = await tools.openPage(browser, { epoch: 3, rows: 100_000 });
    await scatter.settled();
    for (const how of ['zoom', 'pan'])
      figures.push({
        what: `page: ${how} of 100,000 latents`,
        values: await timeFrames(scatter.page, `scatter ${how}`),
        unit: 'ms a frame',
        goal,
      });
    await scatter.close();
    return figures;
  } finally {
    await browser.close();
  }
}
