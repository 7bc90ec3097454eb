import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { processHasEnded, thisProcess } from '../../../src/jobs/process-identity.js';

describe('a process', () => {
  it('that runs has not ended', () => {
    expect(processHasEnded(thisProcess())).toBe(false);
  });

  it.runIf(process.platform === 'linux')(
    'with a used pid is not the one that had it before',
    () => {
      expect(processHasEnded({ pid: process.pid, startTime: '1' })).toBe(true);
    },
  );

  it('without a known start time is known by its pid', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    await once(child, 'spawn');
    const identity = { pid: child.pid!, startTime: '' };
    expect(processHasEnded({ pid: process.pid, startTime: '' })).toBe(false);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(processHasEnded(identity)).toBe(true);
  });

  it.runIf(process.platform === 'linux')(
    'that was killed has ended before its parent looks at it',
    async () => {
      // A parent that is stopped cannot look: its child stays behind as a zombie.
      const shell = spawn('sh', ['-c', 'sleep 60 & echo $!; kill -STOP $$']);
      const [line] = (await once(shell.stdout, 'data')) as [Buffer];
      const pid = Number(line.toString().trim());
      const { readFileSync } = await import('node:fs');
      const stat = (of: number) =>
        readFileSync(`/proc/${of}/stat`, 'latin1').split(') ')[1]!.split(' ');
      const until = async (state: string, of: number) => {
        while (stat(of)[0] !== state) await new Promise((resolve) => setTimeout(resolve, 5));
      };
      const identity = { pid, startTime: stat(pid)[19]! };
      expect(processHasEnded(identity)).toBe(false);
      // It stops after it has named its child: killed before that, the child would be looked at.
      await until('T', shell.pid!);
      process.kill(pid, 'SIGKILL');
      await until('Z', pid);
      expect(processHasEnded(identity)).toBe(true);
      shell.kill('SIGKILL');
    },
  );

  it('names its host the same each time', () => {
    expect(thisProcess()).toEqual(thisProcess());
    expect(thisProcess().host).not.toBe('');
  });
});
