import { expect, test } from 'vitest';
import { beam, useDecodePages } from './useDecodePages.ts';

const openOne = useDecodePages();

test('a tree of two thousand nodes is moved and zoomed without drawing its nodes anew', async () => {
  const opened = await openOne({
    model: { kind: 'hashed', size: 25 },
    maxNewTokens: 20,
    strategy: { ...beam, beams: 15, returned: 3, stopping: 'first' },
    mostNodes: 2000,
  });
  await opened.answered();
  const nodes = await opened.page.locator('.node').count();
  expect(nodes).toBeGreaterThan(1500);
  const { page } = opened;
  const box = (await page.locator('.tree').boundingBox())!;
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  const measure = (kind: 'drag' | 'wheel', k: string): Promise<{ frames: number[]; changes: number }> =>
    page.evaluate(
      async ([what, factor]) => {
        const svg = document.querySelector<HTMLElement>('.tree')!;
        const { left, top, width, height } = svg.getBoundingClientRect();
        const at = { clientX: left + width / 2, clientY: top + height / 2, bubbles: true, pointerId: 1, button: 0 };
        let changes = 0;
        const watch = new MutationObserver((records) => {
          changes += records.filter(
            ({ target, attributeName }) => !(target as Element).matches('.world') && attributeName !== 'data-detail',
          ).length;
        });
        watch.observe(svg, { subtree: true, attributes: true, childList: true });
        svg.setPointerCapture = () => undefined;
        if (what === 'drag') svg.dispatchEvent(new PointerEvent('pointerdown', at));
        const frames: number[] = [];
        let last = await new Promise<number>(requestAnimationFrame);
        for (let i = 0; i < 90; i++) {
          if (what === 'drag')
            svg.dispatchEvent(
              new PointerEvent('pointermove', {
                ...at,
                clientX: at.clientX + 60 * Math.sin(i / 9),
                clientY: at.clientY + 50 * Math.cos(i / 7),
              }),
            );
          else svg.dispatchEvent(new WheelEvent('wheel', { ...at, deltaY: Number(factor) * (i % 60 < 30 ? 40 : -40), cancelable: true }));
          const now = await new Promise<number>(requestAnimationFrame);
          frames.push(now - last);
          last = now;
        }
        if (what === 'drag') svg.dispatchEvent(new PointerEvent('pointerup', at));
        return { frames, changes };
      },
      [kind, k] as const,
    );
  for (const [what, kind, k] of [
    ['moved near', 'drag', '1'],
    ['zoomed', 'wheel', '1'],
  ] as const)
    await say(what, await measure(kind, k), nodes);
  await page.keyboard.press('t');
  await page.keyboard.press('0');
  await say('moved as a whole', await measure('drag', '1'), nodes);
});

async function say(what: string, { frames, changes }: { frames: number[]; changes: number }, nodes: number): Promise<void> {
  const sorted = [...frames].sort((a, b) => a - b);
  const at = (share: number): string => sorted[Math.floor(share * (sorted.length - 1))]!.toFixed(1);
  console.log(`${nodes} nodes ${what}: ${at(0.5)} ms a frame (median), ${at(0.95)} ms (95 %), ${at(1)} ms (longest), software rendering`);
  expect(changes).toBe(0);
}
