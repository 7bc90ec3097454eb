import type { Sql } from '../db/sql.js';
import { captionMatchCounts, type SampleChoice } from '../db/version-statistics.queries.js';
import { f1Score } from '../ml/metrics/f1.js';
import { ratio } from '../ml/metrics/ratio.js';
import { BETWEEN_WORDS, labelWords } from './label-words.js';

/** How well 'every word of the label's name occurs in the caption' predicts a label, on labelled samples with a caption. */
export interface CaptionMatch {
  /** samples that carry the label */
  readonly support: number;
  /** samples whose caption has its words */
  readonly matched: number;
  /** null where no caption has them */
  readonly precision: number | null;
  /** null where no sample carries the label */
  readonly recall: number | null;
  /** null where neither is */
  readonly f1: number | null;
}

/** @returns one per label, in order */
export async function captionMatches(
  db: Sql,
  version: { readonly id: string; readonly labels: readonly { readonly name: string }[] },
  choice: SampleChoice,
): Promise<CaptionMatch[]> {
  const forms = version.labels.flatMap(({ name }, label) => {
    const words = labelWords(name);
    return words.flatMap((each, word) =>
      each.map((form) => ({ label, word, words: words.length, form })),
    );
  });
  const rows = await captionMatchCounts(db, version.id, choice, forms, BETWEEN_WORDS);
  const byLabel = new Map(rows.map((row) => [row.label, row]));
  return version.labels.map((_, label) => {
    const { support, matched, both } = byLabel.get(label) ?? { support: 0, matched: 0, both: 0 };
    return {
      support,
      matched,
      precision: ratio(both, matched),
      recall: ratio(both, support),
      f1: f1Score(both, support, matched),
    };
  });
}
