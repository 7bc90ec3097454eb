import type { Split } from '../db/enums.js';
import type { StagedBesidePrevious } from '../db/imports.queries.js';
import type { LabelName } from './label-order.js';
import type { PlannedSample } from './plan-version.js';

/** Counts in what the next version differs from the one before, so that a refusal can say it. */
export class VersionDifference {
  added = 0;
  removed = 0;
  changed = 0;
  readonly #fields = { photo: 0, caption: 0, labels: 0, split: 0 };
  readonly #newLabels: number;
  readonly #renamed: number;

  constructor(before: readonly LabelName[], labels: readonly LabelName[]) {
    this.#newLabels = labels.length - before.length;
    this.#renamed = before.filter((label, index) => labels[index]!.name !== label.name).length;
  }

  compare(
    row: StagedBesidePrevious,
    sample: PlannedSample | null,
    split: Split | null,
    labelsBefore: readonly LabelName[],
  ): void {
    if (!row.before) {
      this.added++;
      return;
    }
    if (!sample) {
      this.removed++;
      return;
    }
    const keys = (indices: readonly number[]) => indices.map((index) => labelsBefore[index]!.key);
    const keysBefore = row.beforeLabelled ? keys(row.beforeLabels) : null;
    const unknownBefore = keys(row.beforeUnknownLabels);
    const differs = {
      photo: !sameBytes(sample.imageSha256, row.beforeImageSha256),
      caption: sample.caption !== row.beforeCaption,
      labels:
        sorted(sample.labels) !== sorted(keysBefore) ||
        sorted(sample.unknownLabels) !== sorted(unknownBefore),
      split: split !== row.beforeSplit,
    };
    for (const field of ['photo', 'caption', 'labels', 'split'] as const) {
      if (differs[field]) this.#fields[field]++;
    }
    if (Object.values(differs).includes(true)) this.changed++;
  }

  /** For people: '12 samples added, 3 changed (2 captions, 1 split)'. */
  toString(): string {
    const { photo, caption, labels, split } = this.#fields;
    const fields = [
      many(photo, 'photo'),
      many(caption, 'caption'),
      labels > 0 && `${labels} label ${labels === 1 ? 'set' : 'sets'}`,
      many(split, 'split'),
    ].filter(Boolean);
    const parts = [
      many(this.added, 'sample', ' added'),
      many(this.removed, 'sample', ' removed'),
      many(this.changed, 'sample', ` changed (${fields.join(', ')})`),
      many(this.#newLabels, 'new label'),
      many(this.#renamed, 'label', ' renamed'),
    ].filter(Boolean);
    return parts.length === 0 ? 'nothing differs' : parts.join(', ');
  }
}

function many(count: number, what: string, after = ''): string | false {
  return count > 0 && `${count} ${what}${count === 1 ? '' : 's'}${after}`;
}

function sorted(keys: readonly string[] | null): string | null {
  return keys === null ? null : JSON.stringify(keys.toSorted());
}

function sameBytes(a: Buffer | null, b: Buffer | null): boolean {
  return a === null || b === null ? a === b : a.equals(b);
}
