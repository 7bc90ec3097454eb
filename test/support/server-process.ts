import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { ApiClient } from '../../src/demo/api-client.js';

export interface ServerOptions {
  data: string;
  importRoot: string;
  /** compiled program; default: this checkout's `dist/main.js` */
  program?: string;
  env?: Record<string, string>;
}

const ROOT = path.resolve(import.meta.dirname, '../..');

/** The server as users start it: a process of its own, on a port that the system chooses. */
export class ServerProcess {
  private constructor(
    readonly child: ChildProcess,
    readonly url: string,
    readonly options: ServerOptions,
    readonly output: string[],
  ) {}

  static async start(options: ServerOptions): Promise<ServerProcess> {
    const child = spawn(
      process.execPath,
      [options.program ?? path.join(ROOT, 'dist/main.js'), 'serve'],
      {
        cwd: ROOT,
        env: {
          ...withoutOurs(process.env),
          PORT: '0',
          CLIPWRIGHT_DATA: options.data,
          CLIPWRIGHT_IMPORT_ROOTS: options.importRoot,
          ...options.env,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    const output: string[] = [];
    const url = await new Promise<string>((resolve, reject) => {
      for (const stream of [child.stdout!, child.stderr!]) {
        createInterface({ input: stream }).on('line', (line) => {
          output.push(line);
          if (output.length > 2000) output.splice(0, 1000);
          const match = /listens on (http:\/\/\S+)/.exec(line);
          if (match) resolve(match[1]!);
        });
      }
      child.once('exit', (code, signal) =>
        reject(
          new Error(
            `the server ended (${code ?? signal}) before it listened:\n${output.join('\n')}`,
          ),
        ),
      );
    });
    return new ServerProcess(child, url, options, output);
  }

  async client(): Promise<ApiClient> {
    const token = await readFile(path.join(this.options.data, 'admin-token'), 'utf8');
    return new ApiClient(this.url, token.trim());
  }

  get exited(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return Promise.resolve();
    return new Promise((resolve) => this.child.once('exit', () => resolve()));
  }

  async stop(): Promise<void> {
    this.child.kill('SIGTERM');
    await this.exited;
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exited;
  }
}

/** Settings of the machine that runs the tests must not reach the server under test. */
export function withoutOurs(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(
      ([name]) => !/^(CLIPWRIGHT_.*|DATABASE_URL|HOST|HF_ENDPOINT|HF_TOKEN)$/.test(name),
    ),
  );
}
