import { setTimeout as wait } from 'node:timers/promises';

/**
 * Asks again and again until the answer is neither false nor undefined nor null.
 * @template T
 * @param {() => T | Promise<T>} ask
 * @param {string} what for the message when it never comes
 * @returns {Promise<NonNullable<T>>}
 */
export async function until(ask, what, { timeoutMs = 30_000, everyMs = 50 } = {}) {
  const endMs = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== null && answer !== false) return answer;
    if (Date.now() > endMs) throw new Error(`Waited ${timeoutMs} ms in vain for ${what}.`);
    await wait(everyMs);
  }
}
