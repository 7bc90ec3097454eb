import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { acquireDataDirectoryLock } from '../../src/db/data-directory-lock.js';

const SCRIPT = join(import.meta.dirname, '../support/lock-process.ts');
let directory: string;
const processes: ChildProcess[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'clipwright-lock-'));
});

afterEach(async () => {
  for (const child of processes.splice(0)) child.kill('SIGKILL');
  await rm(directory, { recursive: true });
});

/** A process that waits at the start line. */
class Contender {
  private constructor(
    readonly child: ChildProcess,
    private readonly lines: AsyncIterator<string>,
    readonly reader: Interface,
  ) {}

  static async prepare(mode = 'hold'): Promise<Contender> {
    const child = spawn(process.execPath, ['--import', 'tsx', SCRIPT, directory, mode], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    processes.push(child);
    const reader = createInterface({ input: child.stdout! });
    const contender = new Contender(child, reader[Symbol.asyncIterator](), reader);
    await contender.line();
    return contender;
  }

  go(): Promise<string> {
    this.child.stdin!.write('go\n');
    return this.line();
  }

  async kill(): Promise<void> {
    const gone = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGKILL');
    await gone;
  }

  private async line(): Promise<string> {
    return (await this.lines.next()).value ?? '';
  }
}

describe('acquireDataDirectoryLock', () => {
  test('lets one of several processes win and tells the others its pid and command', async () => {
    for (const count of [2, 4]) {
      const contenders = await Promise.all(
        Array.from({ length: count }, () => Contender.prepare()),
      );
      const results = await Promise.all(contenders.map((contender) => contender.go()));
      const winner = contenders[results.indexOf('held')]!;
      expect(results.filter((line) => line === 'held')).toHaveLength(1);
      for (const line of results.filter((result) => result !== 'held')) {
        expect(line).toContain(`is in use by process ${winner.child.pid} (`);
        expect(line).toContain('lock-process.ts');
      }
      await winner.kill();
    }
  });

  test('has one winner in every one of many races within a process', async () => {
    for (let race = 0; race < 100; race++) {
      const results = await Promise.allSettled(
        Array.from({ length: 2 + (race % 7) }, () => acquireDataDirectoryLock(directory)),
      );
      const winners = results.filter((result) => result.status === 'fulfilled');
      expect(winners).toHaveLength(1);
      await winners[0]!.value.release();
    }
  });

  test('goes to the next one at once when its holder is killed', async () => {
    for (let round = 0; round < 3; round++) {
      const [first, second] = await Promise.all([Contender.prepare(), Contender.prepare()]);
      expect(await first!.go()).toBe('held');
      await first!.kill();
      // It tries once, without waiting for anything to expire.
      expect(await second!.go()).toBe('held');
      await second!.kill();
    }
  });

  test('is not taken from a holder whose event loop is blocked', async () => {
    const holder = await Contender.prepare('block');
    expect(await holder.go()).toBe('held');
    await new Promise((resolve) => setTimeout(resolve, 100));
    await expect(acquireDataDirectoryLock(directory)).rejects.toThrow(
      `is in use by process ${holder.child.pid}:`,
    );
  });

  test('is not taken from a holder that is stopped', async () => {
    const holder = await Contender.prepare();
    expect(await holder.go()).toBe('held');
    holder.child.kill('SIGSTOP');
    await expect(acquireDataDirectoryLock(directory)).rejects.toThrow('is in use by process');
  });

  test('is the same through another path to the directory', async () => {
    const lock = await acquireDataDirectoryLock(directory);
    const other = `${directory}-link`;
    await symlink(directory, other);
    await expect(acquireDataDirectoryLock(other)).rejects.toMatchObject({
      code: 'DATA_DIRECTORY_IN_USE',
    });
    await rm(other);
    await lock.release();
  });

  test('can be taken again after its release', async () => {
    await (await acquireDataDirectoryLock(directory)).release();
    await (await acquireDataDirectoryLock(directory)).release();
  });
});
