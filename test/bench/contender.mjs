// A process that takes training steps when told to, and waits in between.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { createInterface } from 'node:readline';

/** Seconds that all cores together have worked since the machine started. */
function busySeconds() {
  return cpus().reduce((sum, { times: { user, nice, sys, irq } }) => sum + user + nice + sys + irq, 0) / 1000;
}

export class Contender {
  /**
   * @param {object} how
   * @param {string} how.name
   * @param {'ours' | 'torch' | 'product'} how.side
   * @param {boolean} [how.isChecked] whether its losses must be those of the others; false: it draws noise
   * @param {string[]} how.command
   * @param {NodeJS.ProcessEnv} [how.env]
   */
  constructor({ name, side, isChecked = true, command, env = process.env }) {
    Object.assign(this, { name, side, isChecked, command, env });
    /** Milliseconds a step, one a round. */
    this.values = [];
    /** Cores that others kept busy in each of these blocks. */
    this.others = [];
    /** What it said when it was ready: description, versions. */
    this.said = {};
    this.waiting = null;
    this.stderr = '';
  }

  /** @throws Error that says why it cannot run here */
  async start() {
    const [program, ...args] = this.command;
    this.child = spawn(program, args, { env: this.env, stdio: ['pipe', 'pipe', 'pipe'] });
    const fail = (why) => this.waiting?.reject(new Error(why));
    this.child.once('error', (error) => fail(error.message));
    this.child.once('exit', (code, signal) => fail(this.stderr.trim().split('\n').at(-1) || `it ended with ${signal ?? code}`));
    this.child.stdin.on('error', () => {});
    this.child.stderr.on('data', (text) => {
      this.stderr = (this.stderr + text).slice(-4000);
    });
    // libraries greet on stdout too
    createInterface({ input: this.child.stdout }).on('line', (line) => {
      if (line.startsWith('{')) this.hear(JSON.parse(line));
    });
    this.said = await this.answer();
  }

  hear(message) {
    if (message.error === undefined) this.waiting?.resolve(message);
    else this.waiting?.reject(new Error(message.error));
  }

  answer() {
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
    });
  }

  /**
   * Takes steps, from where the last ones ended.
   * @returns {Promise<{ seconds: number, loss: number, others: number }>} the loss of the last step, before its update; the cores that
   * other programs kept busy meanwhile (0.5: half of one)
   */
  async run(steps) {
    const before = busySeconds();
    const answer = this.answer();
    this.child.stdin.write(`${JSON.stringify({ run: steps })}\n`);
    const { seconds, cpuSeconds, loss } = await answer;
    return { seconds, loss, others: (busySeconds() - before - cpuSeconds) / seconds };
  }

  /** The most memory the process has had, in bytes; null where the system does not say. */
  peakMemory() {
    try {
      const found = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${this.child.pid}/status`, 'utf8'));
      return found && 1024 * Number(found[1]);
    } catch {
      return null;
    }
  }

  stop() {
    this.waiting = null;
    this.child?.kill('SIGKILL');
  }
}
