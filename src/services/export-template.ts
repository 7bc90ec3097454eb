import { z } from 'zod';
import { badUserInput } from '../errors/bad-user-input.js';

const MAX_COLUMNS = 200;

/** What a column of an export holds. */
const EXPORT_VALUES = [
  'KEY',
  'CAPTION',
  'SPLIT',
  'LABELS',
  'LABEL_NAMES',
  'SCORE',
  'PREDICTED',
] as const;
export type ExportValue = (typeof EXPORT_VALUES)[number];

const column = z.object({
  name: z.string().min(1).max(200),
  value: z.enum(EXPORT_VALUES),
  /** between labels; null: a JSON list */
  separator: z.string().max(8).nullable(),
  /** key of the label, of SCORE and PREDICTED */
  label: z.string().max(200).nullable(),
});

export const exportTemplate = z.array(column).min(1).max(MAX_COLUMNS);

export type ExportColumn = z.infer<typeof column>;

export interface ExportColumnInput {
  name: string;
  value: ExportValue;
  separator?: string | null;
  label?: string | null;
}

/** The columns that were asked for. @throws BAD_USER_INPUT */
export function checkTemplate(
  columns: readonly ExportColumnInput[],
  labels: readonly { key: string }[],
): ExportColumn[] {
  if (columns.length === 0 || columns.length > MAX_COLUMNS) {
    throw badUserInput(
      `expected 1 to ${MAX_COLUMNS} entries for \`columns\` but received ${columns.length}`,
    );
  }
  return columns.map(({ name, value, separator = null, label = null }, index) => {
    const at = `columns[${index}]`;
    const takesLabel = value === 'SCORE' || value === 'PREDICTED';
    if (takesLabel && !labels.some(({ key }) => key === label)) {
      throw badUserInput(
        `expected the key of one of the model's labels for \`${at}.label\` with ${value}`,
      );
    }
    if (!takesLabel && label !== null) {
      throw badUserInput(
        `expected no \`${at}.label\` with ${value}: it is for SCORE and PREDICTED`,
      );
    }
    if (separator !== null && value !== 'LABELS' && value !== 'LABEL_NAMES') {
      throw badUserInput(
        `expected no \`${at}.separator\` with ${value}: it is for LABELS and LABEL_NAMES`,
      );
    }
    if (columns.findIndex((other) => other.name === name) !== index) {
      throw badUserInput(
        `expected each name once in \`columns\` but received ${JSON.stringify(name.slice(0, 80))} again`,
      );
    }
    const checked = column.safeParse({ name, value, separator, label });
    if (checked.success) return checked.data;
    throw badUserInput(
      `expected 1 to 200 characters for \`${at}.name\` and at most 8 for \`${at}.separator\``,
    );
  });
}

/** Key, predicted labels as a JSON list, and the score of each label. */
export function standardTemplate(labels: readonly { key: string }[]): ExportColumn[] {
  return [
    { name: 'key', value: 'KEY', separator: null, label: null },
    { name: 'labels', value: 'LABELS', separator: null, label: null },
    ...labels.map(
      ({ key }): ExportColumn => ({
        name: `score ${key}`,
        value: 'SCORE',
        separator: null,
        label: key,
      }),
    ),
  ];
}
