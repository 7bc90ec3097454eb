import type { PublishedVersion } from '../db/publish.queries.js';
import { badUserInput } from '../errors/bad-user-input.js';
import type { Split } from '../ml/data/split-dataset.js';
import { captionOf } from '../tables/caption-cell.js';
import { CellError } from '../tables/cell-error.js';
import { labelsOf } from '../tables/labels-cell.js';
import type { SampleChange } from './plan-version.js';

const MAX_EDITS = 5_000;
const MAX_NEW_LABELS = 1_000;

/** As clients send it: what is left out is unchanged; null is unknown (labels) or removed (caption). */
export interface SampleEdit {
  key: string;
  /** the id of the sample that the client saw */
  basedOn?: string | null;
  labels?: readonly string[] | null;
  unknownLabels?: readonly string[] | null;
  caption?: string | null;
  split?: Split | null;
  remove?: boolean | null;
}

export interface NewLabel {
  key: string;
  name: string;
}

/**
 * What becomes of the samples, by key.
 * @param newLabels that the edits may use besides those of the version: a misspelt one must not make a label
 * @throws BAD_USER_INPUT naming the edit
 */
export function checkSampleEdits(
  edits: readonly SampleEdit[],
  newLabels: readonly NewLabel[],
  labels: PublishedVersion['labels'],
): Map<string, SampleChange> {
  if (edits.length > MAX_EDITS || edits.length + newLabels.length === 0) {
    throw badUserInput(
      `expected 1 to ${MAX_EDITS} edits for \`edits\` but received ${edits.length}`,
    );
  }
  const known = new Set(labels.map(({ key }) => key));
  for (const key of checkNewLabels(newLabels, known)) known.add(key);
  const changes = new Map<string, SampleChange>();
  edits.forEach((edit, index) => {
    const at = `edits[${index}]`;
    if (changes.has(edit.key)) {
      throw badUserInput(
        `expected each sample once in \`edits\` but received ${shown(edit.key)} again at \`${at}\``,
      );
    }
    changes.set(edit.key, checkEdit(edit, at, known));
  });
  return changes;
}

function checkEdit(edit: SampleEdit, at: string, known: ReadonlySet<string>): SampleChange {
  const { labels, unknownLabels, caption, split } = edit;
  if (edit.remove === true) {
    if (labels === undefined && unknownLabels == null && caption === undefined && split == null)
      return 'remove';
    throw badUserInput(
      `expected either \`remove\` or something to change in \`${at}\` but received both`,
    );
  }
  const known_ = labels == null ? labels : checkLabels(labels, `${at}.labels`, known);
  const unknown =
    unknownLabels == null ? undefined : checkLabels(unknownLabels, `${at}.unknownLabels`, known);
  const both = unknown?.find((key) => known_?.includes(key));
  if (both !== undefined) {
    throw badUserInput(
      `expected each label in one of \`labels\` and \`unknownLabels\` of \`${at}\` but received ${shown(both)} in both`,
    );
  }
  if (labels === null && unknown !== undefined && unknown.length > 0) {
    throw badUserInput(
      `expected no \`unknownLabels\` in \`${at}\`, as \`labels\` null means that all are unknown`,
    );
  }
  const change = {
    ...(known_ !== undefined && { labels: known_ }),
    ...(unknown !== undefined && { unknownLabels: unknown }),
    ...(caption !== undefined && {
      caption: cell(`${at}.caption`, (name) => captionOf(caption, name)),
    }),
    ...(split != null && { split }),
  };
  if (Object.keys(change).length === 0) {
    throw badUserInput(
      `expected something to change in \`${at}\`: labels, unknownLabels, caption, split or remove`,
    );
  }
  return change;
}

function checkLabels(keys: readonly string[], at: string, known: ReadonlySet<string>): string[] {
  const labels = cell(at, (name) => labelsOf(keys, null, name)) ?? [];
  const strange = labels.find((key) => !known.has(key));
  if (strange === undefined) return labels;
  throw badUserInput(
    `expected keys of the dataset's labels for \`${at}\` but received ${shown(strange)}: name it in \`newLabels\` to add it`,
  );
}

function checkNewLabels(labels: readonly NewLabel[], known: ReadonlySet<string>): string[] {
  if (labels.length > MAX_NEW_LABELS) {
    throw badUserInput(
      `expected at most ${MAX_NEW_LABELS} entries for \`newLabels\` but received ${labels.length}`,
    );
  }
  return labels.map(({ key, name }, index) => {
    const at = `newLabels[${index}]`;
    const [checked] = cell(`${at}.key`, (column) => labelsOf([key], null, column)) ?? [];
    cell(`${at}.name`, (column) => labelsOf([name], null, column));
    if (
      checked !== key ||
      known.has(key) ||
      labels.findIndex((label) => label.key === key) !== index
    ) {
      throw badUserInput(
        `expected a new key without blanks at the ends for \`${at}.key\` but received ${shown(key)}`,
      );
    }
    return key;
  });
}

/** The rules for cells of a table hold here too. */
function cell<T>(name: string, read: (name: string) => T): T {
  try {
    return read(name);
  } catch (error) {
    if (error instanceof CellError) throw badUserInput(error.message.replace('in column', 'in'));
    throw error;
  }
}

function shown(text: string): string {
  return JSON.stringify(text.length > 120 ? `${text.slice(0, 120)}…` : text);
}
