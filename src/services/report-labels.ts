import { scoredRuns } from '../db/experiments.queries.js';
import type { Sql } from '../db/sql.js';
import type { CellLabelScore, CellsByLabel, CellsToCompare } from '../ml/metrics/cells-by-label.js';
import type { DecisionFlips } from '../ml/metrics/decision-flips.js';
import type { Turns } from '../ml/processes/turns.js';
import type { BlobStore } from '../storage/blob-store.js';
import { parseSha256 } from '../storage/sha256.js';
import { type CaptionMatch, captionMatches } from './caption-matches.js';
import { commonScores } from './common-scores.js';
import { KeptResults } from './kept-results.js';

const KEPT = 20;
const MAX_FLIPPED_SAMPLES = 50;

/** The ids of the runs of one seed: one, or one for each fold. */
type SeedRuns = readonly string[];

/** The best cell of each kind, each as its runs, seed by seed; empty where there is none. */
export interface BestCells {
  readonly version: {
    readonly id: string;
    readonly labels: readonly { readonly name: string }[];
  };
  readonly imageOnly: readonly SeedRuns[];
  readonly textOnly: readonly SeedRuns[];
  readonly fused: readonly SeedRuns[];
  /** which of the first two the flips are of */
  readonly single: 'imageOnly' | 'textOnly' | null;
}

const KINDS = ['imageOnly', 'textOnly', 'fused'] as const;

/** A label on the TEST samples with known labels that all of the cells can use. */
export type LabelReport = Readonly<
  Record<(typeof KINDS)[number], CellLabelScore | null> & {
    support: number;
    captionMatch: CaptionMatch;
  }
>;

export interface CellsReport {
  /** one per label, in order */
  readonly labels: LabelReport[];
  /** of the fused cell against the single one, with samples as places in the version; null without both */
  readonly flips: DecisionFlips | null;
  readonly numSamples: number;
}

export interface ReportLabelsDeps {
  db: Sql;
  blobs: BlobStore;
  /** shared by all that compares, as each holds all of its scores */
  queue: Turns;
  /** in another process: it sorts every score */
  cellsByLabel(payload: CellsToCompare): Promise<CellsByLabel>;
}

/** The best cells label by label, each choice of cells once: what it is made from never changes. */
export class LabelReports {
  readonly #kept = new KeptResults<CellsReport | null>(KEPT);

  constructor(private readonly deps: ReportLabelsDeps) {}

  /** @returns null without a cell, where TEST has no positive, and where there are too many scores */
  report(cells: BestCells): Promise<CellsReport | null> {
    const key = JSON.stringify([
      cells.version.id,
      ...KINDS.map((kind) => cells[kind]),
      cells.single,
    ]);
    return this.#kept.get(key, () => this.deps.queue.take(() => report(this.deps, cells)));
  }
}

async function report(deps: ReportLabelsDeps, best: BestCells): Promise<CellsReport | null> {
  const kinds = KINDS.filter((kind) => best[kind].length > 0);
  const seeds = kinds.flatMap((kind) => best[kind]);
  const ids = seeds.flat();
  const found = await scoredRuns(deps.db, ids);
  if (found.length === 0 || found.length < ids.length) return null;
  const runs = new Map(found.map((run, at) => [ids[at]!, run]));
  const files = seeds.map((own) => own.map((id) => parseSha256(runs.get(id)!.scoresSha256)));
  const common = await commonScores(deps, { versionId: best.version.id, split: 'TEST' }, files);
  if (!common) return null;
  const { numLabels, positions, targets } = common;

  const scored = common.seeds.map((seed, at) => ({
    ...seed,
    thresholds: seeds[at]!.map((id) => Float64Array.from(runs.get(id)!.thresholds)),
  }));
  const cells = kinds.map((kind) => scored.splice(0, best[kind].length));
  const [fused, single] = [kinds.indexOf('fused'), best.single];
  const { flips, ...byLabel } = await deps.cellsByLabel({
    cells,
    targets,
    numLabels,
    flips: fused >= 0 && single ? [fused, kinds.indexOf(single)] : null,
    maxSamples: MAX_FLIPPED_SAMPLES,
  });
  const matches = await captionMatches(deps.db, best.version, { split: null, positions });
  const scoreOf = (kind: (typeof KINDS)[number], label: number) =>
    byLabel.cells[kinds.indexOf(kind)]?.[label] ?? null;
  return {
    numSamples: positions.length,
    labels: matches.map((captionMatch, label) => ({
      support: byLabel.support[label]!,
      imageOnly: scoreOf('imageOnly', label),
      textOnly: scoreOf('textOnly', label),
      fused: scoreOf('fused', label),
      captionMatch,
    })),
    flips: flips && {
      ...flips,
      samples: flips.samples.map((sample) => ({ ...sample, row: positions[sample.row]! })),
    },
  };
}
