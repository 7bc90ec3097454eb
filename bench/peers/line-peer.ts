import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { peerEnvironment } from '../harness.js';

/** Another's program, which waits while we are timed, and answers each line of JSON with one. Its first line says its version. */
export class LinePeer {
  private constructor(
    readonly version: string,
    readonly ask: <T>(question: unknown) => Promise<T>,
    readonly close: () => void,
  ) {}

  static async start(command: string, args: readonly string[]): Promise<LinePeer> {
    const child = spawn(command, args, {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: peerEnvironment(),
    });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const answer = async () => {
      const { value, done } = await lines.next();
      if (done) throw new Error(`${command} ${args[0]} has ended`);
      return JSON.parse(value);
    };
    const { version } = await answer();
    return new LinePeer(
      version,
      async (question) => {
        child.stdin.write(`${JSON.stringify(question)}\n`);
        return answer();
      },
      () => child.stdin.end(),
    );
  }
}
