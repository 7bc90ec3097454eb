import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ProcessEntry } from './process-entry.js';
import type { ProcessSettings } from './process-host.js';
import type { ChildMessage, ParentMessage } from './process-protocol.js';

export interface ChildProgram {
  readonly entry: ProcessEntry;
  readonly settings: ProcessSettings;
  readonly execArgv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export interface ChildLinkEvents {
  onMessage(message: ChildMessage): void;
  /** Called once, also where the program could not be started. `how` is for people, `stderrTail` for logs. */
  onExit(how: string, stderrTail: string): void;
}

const STDERR_TAIL = 4096;
const SECRETS = /^(CLIPWRIGHT_|DATABASE_URL$|PG|HF_TOKEN$|AWS_)/;

/** One child process and its channel. States: open → exited. It knows nothing of requests; the pool does. */
export class ChildLink {
  readonly #child: ChildProcess;
  readonly exited: Promise<void>;
  #isOver = false;
  #settleExited!: () => void;
  readonly #over: (how: string) => void;

  constructor({ entry, settings, execArgv, env }: ChildProgram, events: ChildLinkEvents) {
    this.#child = fork(fileURLToPath(entry.url), [JSON.stringify(settings)], {
      execArgv: [...entry.execArgv, ...execArgv],
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
      env: { ...withoutSecrets(process.env), ...env },
    });
    this.exited = new Promise((resolve) => {
      this.#settleExited = resolve;
    });
    let stderrTail = '';
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderrTail = (stderrTail + text).slice(-STDERR_TAIL);
    });
    this.#child.on('message', (message) => events.onMessage(message as ChildMessage));
    this.#over = (how) => {
      if (this.#isOver) return;
      this.#isOver = true;
      events.onExit(how, stderrTail);
      this.#settleExited();
    };
    // 'close' comes after 'exit', when everything that the child said has been read.
    this.#child.once('close', (code, signal) => this.#over(ending(code, signal)));
    this.#child.on('error', (error) => {
      if (this.#child.pid === undefined) this.#over(error.message);
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  send(message: ParentMessage): void {
    // A failure to send means that the child is gone: 'close' reports that.
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  /** Asks the child to end by closing the channel, and kills it where it has not after `graceMs`. */
  async end(graceMs: number): Promise<void> {
    if (this.#child.connected) this.#child.disconnect();
    // After a channel was closed from this side Node may never report 'close'; nothing more is to be read then either.
    const { exitCode, signalCode } = this.#child;
    if (exitCode !== null || signalCode !== null) this.#over(ending(exitCode, signalCode));
    else this.#child.once('exit', (code, signal) => this.#over(ending(code, signal)));
    const timer = setTimeout(() => this.kill(), graceMs);
    await this.exited;
    clearTimeout(timer);
  }
}

function ending(code: number | null, signal: NodeJS.Signals | null): string {
  return signal ? `by ${signal}` : `with code ${code}`;
}

function withoutSecrets(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !SECRETS.test(name)));
}
