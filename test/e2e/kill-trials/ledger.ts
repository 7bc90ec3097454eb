import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';

export type LedgerEntry =
  | { kind: 'acknowledged'; mutation: string; id: string }
  | { kind: 'event'; stream: string; seq: number; content: string };

/** What the server has promised this client, on disk before the client goes on. Append-only. */
export class Ledger {
  readonly #file: number;

  constructor(private readonly path: string) {
    this.#file = openSync(path, 'a');
  }

  write(entry: LedgerEntry): void {
    writeSync(this.#file, `${JSON.stringify(entry)}\n`);
    fsyncSync(this.#file);
  }

  read(): LedgerEntry[] {
    return readFileSync(this.path, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as LedgerEntry);
  }

  close(): void {
    closeSync(this.#file);
  }
}
