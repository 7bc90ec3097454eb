import { fork } from 'node:child_process';

export interface Child {
  readonly pid: number;
  /** With SIGKILL; waits until it is gone. */
  kill(): Promise<void>;
}

/** A script of the tests in a process of its own, once it has sent its first message. */
export async function forkChild(script: string, parameters: readonly string[]): Promise<Child> {
  const child = fork(script, parameters, {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  await new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (code) => reject(new Error(`the child ended with ${code}`)));
  });
  return {
    pid: child.pid!,
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await gone;
    },
  };
}
