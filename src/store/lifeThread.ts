/**
 * Code of the thread that answers for a run while its main thread computes: plain JavaScript for `new Worker(code, { eval: true })`,
 * because it has to work from any bundle. It owns the local socket, the heartbeat, the writing of checkpoints and of summary.json.
 * workerData: { folder, sockets: paths to try in order, keep: checkpoints that stay }.
 * In: live | summary { text } | checkpoint { step, files } | drain | close.
 * Out: listening { socket or null } | checkpointDone { step } | failed { what, code, message } | drained | closed.
 */
export const lifeThread = String.raw`
'use strict';
const { parentPort, workerData } = require('node:worker_threads');
const fs = require('node:fs/promises');
const net = require('node:net');
const { createHash } = require('node:crypto');
const path = require('node:path');
const { folder, sockets, keep } = workerData;
const say = (message) => parentPort.postMessage(message);
const wait = (ms) => new Promise((done) => setTimeout(done, ms));
const isFull = (error) => ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(error.code);

const server = net.createServer((connection) => { connection.on('error', () => {}); connection.end(); });
function listen(paths) {
  const [first, ...others] = paths;
  if (first === undefined) return say({ kind: 'listening', socket: null });
  server.once('error', () => listen(others));
  server.listen(first, () => {
    server.removeAllListeners('error');
    server.on('error', () => {});
    say({ kind: 'listening', socket: first });
  });
}

async function beat() {
  await fs.writeFile(path.join(folder, 'heartbeat'), String(Date.now())).catch(() => {});
}

async function rename(from, to) {
  const end = Date.now() + 2000;
  for (;;) {
    try { return await fs.rename(from, to); } catch (error) {
      const isTransient = process.platform === 'win32' && ['EPERM', 'EBUSY', 'EACCES'].includes(error.code);
      if (!isTransient || Date.now() > end) throw error;
      await wait(20);
    }
  }
}

async function writeSynced(file, content) {
  const handle = await fs.open(file, 'w');
  try { await handle.writeFile(content); await handle.sync(); } finally { await handle.close(); }
}

async function syncFolder(name) {
  // Windows cannot open a folder; there the rename itself is the best there is
  const handle = await fs.open(name, 'r').catch(() => null);
  if (!handle) return;
  await handle.sync().catch(() => {});
  await handle.close();
}

// the room kept back for the last words of a run on a full disk
async function makeRoom() {
  await fs.rm(path.join(folder, 'reserve'), { force: true }).catch(() => {});
}

let nextSummary = null;
let summaries = null;
function writeSummary(text) {
  nextSummary = text;
  summaries ??= writeSummaries().finally(() => { summaries = null; });
}
// a synced file makes every other new file of the disk wait: a summary at most every 200 ms, but for the last
let summaryMs = 0;
let hurry = null;
let isHurried = false;
async function pace() {
  const rest = isHurried ? 0 : summaryMs + 200 - Date.now();
  if (rest > 0) await new Promise((done) => { hurry = done; setTimeout(done, rest); });
  summaryMs = Date.now();
}
async function writeSummaries() {
  while (nextSummary !== null) {
    await pace();
    const text = nextSummary;
    nextSummary = null;
    const file = path.join(folder, 'summary.json');
    const put = async () => { await writeSynced(file + '.tmp', text); await rename(file + '.tmp', file); };
    try { await put(); } catch (error) {
      say({ kind: 'failed', what: 'summary.json', code: error.code, message: error.message });
      if (!isFull(error)) continue;
      await makeRoom();
      await put().catch(() => {});
    }
  }
}

let checkpoints = null;
function checksumsOf(files) {
  const sum = (bytes) => createHash('sha256').update(bytes).digest('hex');
  return Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, sum(bytes)]));
}
async function writeCheckpoint(step, files) {
  const all = path.join(folder, 'checkpoints');
  const beside = path.join(all, '.' + step + '.tmp');
  const place = path.join(all, String(step));
  const older = path.join(all, '.' + step + '.old');
  try {
    await fs.rm(beside, { recursive: true, force: true });
    await fs.mkdir(beside, { recursive: true });
    for (const [name, content] of Object.entries(files)) await writeSynced(path.join(beside, name), content);
    await writeSynced(path.join(beside, 'checksums.json'), JSON.stringify(checksumsOf(files)));
    await syncFolder(beside);
    await fs.rm(older, { recursive: true, force: true });
    await rename(place, older).catch((error) => { if (error.code !== 'ENOENT') throw error; });
    await rename(beside, place);
    await syncFolder(all);
    await fs.rm(older, { recursive: true, force: true });
    await prune(all, step);
    say({ kind: 'checkpointDone', step });
  } catch (error) {
    await fs.rm(beside, { recursive: true, force: true }).catch(() => {});
    if (isFull(error)) await makeRoom();
    say({ kind: 'failed', what: 'checkpoints/' + step, code: error.code, message: error.message });
    say({ kind: 'checkpointDone', step });
  }
}
// later ones are of a future that a resumed run dropped
async function prune(all, step) {
  const steps = (await fs.readdir(all)).filter((name) => /^\d+$/.test(name)).map(Number).sort((a, b) => b - a);
  const gone = [...steps.filter((s) => s > step), ...steps.filter((s) => s <= step).slice(keep)];
  for (const s of gone) await fs.rm(path.join(all, String(s)), { recursive: true, force: true }).catch(() => {});
}

let heart;
async function close() {
  clearInterval(heart);
  await Promise.all([summaries, checkpoints]);
  if (server.listening) await new Promise((done) => server.close(done));
  say({ kind: 'closed' });
}

parentPort.on('message', (message) => {
  switch (message.kind) {
    case 'live': void beat(); heart = setInterval(beat, 5000); break;
    case 'summary': writeSummary(message.text); break;
    case 'checkpoint': checkpoints = writeCheckpoint(message.step, message.files); break;
    case 'drain': isHurried = true; hurry?.(); void Promise.all([summaries, checkpoints]).then(() => { isHurried = false; say({ kind: 'drained' }); }); break;
    case 'close': void close(); break;
  }
});
listen(sockets);
`;
