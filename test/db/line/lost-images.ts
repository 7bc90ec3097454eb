import type { DataLine } from './data-line.js';

/** Of one worker that is killed: a pack that was being gathered or kept, and the batches under way. */
export const MOST_LOST = 512 + 4 * 16;

/**
 * How many images workers in processes of their own computed and did not keep. Of captions sixteen times as many are
 * under way, which would bound nothing in a dataset that a test can afford.
 */
export class LostImages {
  private constructor(
    private readonly line: DataLine,
    private readonly setId: string,
    private before: number,
  ) {}

  static async watch(line: DataLine, setId: string): Promise<LostImages> {
    const lost = new LostImages(line, setId, 0);
    await lost.more();
    return lost;
  }

  /** Since it was asked last; no worker is at work meanwhile. */
  async more(): Promise<number> {
    const [{ kept }] = (await this.line.db.query<{ kept: number }>(
      `select count(*)::int as kept from embedding_entries e
         join embedding_sets s on s.space_id = e.space_id
       where s.id = $1 and e.modality = 'IMAGE'`,
      [this.setId],
    )) as [{ kept: number }];
    const unkept = (await this.line.tally()).images - kept;
    const more = unkept - this.before;
    this.before = unkept;
    return more;
  }
}
