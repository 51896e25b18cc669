import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

/**
 * Does work that only one process at a time may do; the others wait. A lock whose process has died is taken over.
 * @template T
 * @param {string} path the lock file; holds the id of the process that has it
 * @param {() => T | Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(path, work) {
  let said = false;
  while (!take(path)) {
    const holder = holderOf(path);
    if (holder && !isAlive(holder)) rmSync(path, { force: true });
    else {
      if (!said) console.error(`Waiting for process ${holder ?? '?'}, which holds ${path} ...`);
      said = true;
      await wait(250);
    }
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

function take(path) {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    return false;
  }
}

function holderOf(path) {
  try {
    return Number(readFileSync(path, 'utf8')) || undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
