import { z } from 'zod';
import { badUserInput } from '../errors/bad-user-input.js';
import { isId } from './parse-id.js';

const MAX_NAME = 128;
const MAX_TEXT = 10_000;
const MAX_LABEL_NAMES = 100_000;

/** As clients send it; see `ImportDatasetInput` in the API. */
export interface ImportDatasetInput {
  name: string;
  description?: string | null;
  source: {
    directory?: string | null;
    uploadId?: string | null;
    table?: string | null;
    imageFolder?: string | null;
  };
  format?: 'AUTO' | 'CSV' | 'JSONL' | null;
  columns?: {
    image?: string | null;
    labels?: string | null;
    unknownLabels?: string | null;
    caption?: string | null;
    key?: string | null;
    split?: string | null;
  } | null;
  labelSeparator?: string | null;
  labelNames?: readonly { key: string; name: string }[] | null;
  split?: {
    validation?: number | null;
    test?: number | null;
    seed?: number | null;
    order?: number | null;
    keepTogether?: KeepTogether | null;
  } | null;
  append?: boolean | null;
}

/** Which samples always get the same split. */
const KEEP_TOGETHER = ['NOTHING', 'SAME_IMAGE', 'SAME_CAPTION'] as const;
export type KeepTogether = (typeof KEEP_TOGETHER)[number];

const text = z.string().nullable();

/** The same with every default filled in: what the job works from. */
const importSettings = z.object({
  name: z.string(),
  description: text,
  // One of the first two; jobs that were queued by an earlier version do not name the second.
  source: z.object({
    directory: text,
    uploadId: z.uuid().nullable().default(null),
    table: text,
    imageFolder: text,
  }),
  format: z.enum(['AUTO', 'CSV', 'JSONL']),
  columns: z.object({
    image: text,
    labels: text,
    // Jobs that were queued by an earlier version do not name it.
    unknownLabels: text.default(null),
    caption: text,
    key: text,
    split: text,
  }),
  labelSeparator: text,
  labelNames: z.array(z.object({ key: z.string(), name: z.string() })).nullable(),
  split: z.object({
    validation: z.number(),
    test: z.number(),
    seed: z.number(),
    order: z.union([z.literal(1), z.literal(2)]),
    keepTogether: z.enum(KEEP_TOGETHER),
  }),
  append: z.boolean(),
});

export type ImportSettings = z.infer<typeof importSettings>;

/** `datasetId`: the dataset that has the name already, or one made for this import. */
export const importPayload = importSettings.extend({ datasetId: z.uuid() });

export type ImportPayload = z.infer<typeof importPayload>;

/** @throws BAD_USER_INPUT naming what is wrong */
export function checkImportInput(input: ImportDatasetInput): ImportSettings {
  const { source, columns } = input;
  return {
    name: checkName(input.name),
    description: optional(input.description, 'description', MAX_TEXT),
    source: {
      ...checkSource(source),
      table: optional(source.table, 'source.table', MAX_TEXT),
      imageFolder: optional(source.imageFolder, 'source.imageFolder', MAX_TEXT),
    },
    format: input.format ?? 'AUTO',
    columns: {
      image: optional(columns?.image, 'columns.image', MAX_TEXT),
      labels: optional(columns?.labels, 'columns.labels', MAX_TEXT),
      unknownLabels: optional(columns?.unknownLabels, 'columns.unknownLabels', MAX_TEXT),
      caption: optional(columns?.caption, 'columns.caption', MAX_TEXT),
      key: optional(columns?.key, 'columns.key', MAX_TEXT),
      split: optional(columns?.split, 'columns.split', MAX_TEXT),
    },
    labelSeparator: checkSeparator(input.labelSeparator),
    labelNames: checkLabelNames(input.labelNames),
    split: checkSplit(input.split),
    append: input.append ?? false,
  };
}

function checkSource({
  directory = null,
  uploadId = null,
}: ImportDatasetInput['source']): Pick<ImportSettings['source'], 'directory' | 'uploadId'> {
  if ((directory === null) === (uploadId === null)) {
    const received = directory === null ? 'neither' : 'both';
    throw badUserInput(
      `expected exactly one of \`source.directory\` and \`source.uploadId\` but received ${received}`,
    );
  }
  if (uploadId !== null && !isId(uploadId)) {
    throw badUserInput('expected the id of an upload for `source.uploadId`: createUpload gives it');
  }
  return { directory, uploadId: uploadId?.toLowerCase() ?? null };
}

/** Datasets are named by people: any letters, but nothing that cannot be seen or typed. */
function checkName(name: string): string {
  const composed = name.normalize('NFC');
  if (composed.trim() !== composed || composed === '' || composed.length > MAX_NAME) {
    throw badUserInput(
      `expected 1 to ${MAX_NAME} characters without blanks at the ends for \`name\` but received ${shown(name)}`,
    );
  }
  if (/\p{C}|[\u2028\u2029]/u.test(composed)) {
    throw badUserInput(`expected no control characters in \`name\` but received ${shown(name)}`);
  }
  return composed;
}

function optional(value: string | null | undefined, name: string, max: number): string | null {
  if (value == null || value === '') return null;
  if (value.length > max || /\0|\p{Surrogate}/u.test(value)) {
    throw badUserInput(
      `expected at most ${max} characters of text for \`${name}\` but received ${shown(value)}`,
    );
  }
  return value;
}

function checkSeparator(separator: string | null | undefined): string | null {
  if (separator == null) return null;
  if (separator === '' || separator.length > 8) {
    throw badUserInput(
      `expected 1 to 8 characters for \`labelSeparator\` but received ${shown(separator)}`,
    );
  }
  return optional(separator, 'labelSeparator', 8);
}

function checkLabelNames(
  names: ImportDatasetInput['labelNames'],
): { key: string; name: string }[] | null {
  if (names == null) return null;
  if (names.length > MAX_LABEL_NAMES) {
    throw badUserInput(
      `expected at most ${MAX_LABEL_NAMES} \`labelNames\` but received ${names.length}`,
    );
  }
  const keys = new Set<string>();
  return names.map((entry, place) => {
    const key = optional(entry.key.trim(), `labelNames[${place}].key`, 200);
    const name = optional(entry.name.trim(), `labelNames[${place}].name`, 200);
    if (key === null)
      throw badUserInput(`expected text for \`labelNames[${place}].key\` but received none`);
    if (name === null)
      throw badUserInput(`expected text for \`labelNames[${place}].name\` but received none`);
    if (keys.has(key))
      throw badUserInput(
        `expected each key once in \`labelNames\` but received ${shown(key)} twice`,
      );
    keys.add(key);
    return { key, name };
  });
}

function checkSplit(split: ImportDatasetInput['split']): ImportSettings['split'] {
  const { validation, test, seed } = {
    validation: split?.validation ?? 0.1,
    test: split?.test ?? 0.1,
    seed: split?.seed ?? 1,
  };
  for (const [name, value] of Object.entries({ validation, test })) {
    if (!(value >= 0 && value < 1)) {
      throw badUserInput(
        `expected 0 or more and less than 1 for \`split.${name}\` but received ${value}`,
      );
    }
  }
  if (validation + test >= 1) {
    throw badUserInput(
      `expected less than 1 for the sum of \`split.validation\` and \`split.test\` but received ${validation + test}`,
    );
  }
  if (!Number.isSafeInteger(seed)) {
    throw badUserInput(`expected a whole number for \`split.seed\` but received ${seed}`);
  }
  const order = split?.order ?? 1;
  if (order !== 1 && order !== 2) {
    throw badUserInput(`expected 1 or 2 for \`split.order\` but received ${order}`);
  }
  return { validation, test, seed, order, keepTogether: split?.keepTogether ?? 'NOTHING' };
}

function shown(value: string): string {
  return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value);
}
