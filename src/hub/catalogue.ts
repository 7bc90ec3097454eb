import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import { ClipwrightError } from '../errors/clipwright-error.js';
import {
  CATALOGUE_LIMITS as LIMITS,
  PRECISION_ENDINGS,
  REQUIRED_FILES,
  TOWER_FILES,
} from './catalogue-rules.js';

/** `owner/name` as the hub allows it. Neither part begins with a dot, so that both can be the names of folders. */
const repository = z
  .string()
  .regex(/^[A-Za-z0-9][\w.-]{0,95}\/[A-Za-z0-9][\w.-]{0,95}$/, 'expected owner/name')
  .refine((id) => !/^(local|clipwright)\//i.test(id), 'local/ and clipwright/ are taken');

/** A branch, a tag or a commit. */
const revision = z
  .string()
  .regex(/^[A-Za-z0-9][\w.-]{0,99}$/, 'expected a branch, a tag or a commit');

/** No part begins with a dot: `..` and hidden files are no names. */
const file = z
  .string()
  .max(200)
  .regex(/^(?:[A-Za-z0-9_][\w.-]*\/)*[A-Za-z0-9_][\w.-]*$/, 'expected a path such as onnx/a.onnx');

const files = z.array(file).min(1).max(LIMITS.files);

function towersIn(precision: keyof typeof PRECISION_ENDINGS) {
  const endings = PRECISION_ENDINGS[precision];
  return files.refine(
    (names) =>
      endings.some((ending) =>
        ['vision', 'text'].every((tower) => names.includes(`onnx/${tower}_model${ending}.onnx`)),
      ),
    `expected onnx/vision_model${endings[0]}.onnx and onnx/text_model${endings[0]}.onnx`,
  );
}

const size = z.number().int().min(1).max(16_384);
const text = z.string().trim().min(1).max(200);

const entry = z.strictObject({
  repository,
  revision,
  name: text,
  family: z.enum(['CLIP', 'SIGLIP']),
  license: text,
  dimension: size,
  imageSize: size,
  contextLength: size,
  files: z
    .strictObject({
      shared: files,
      FP32: files,
      FP16: towersIn('FP16').optional(),
      INT8: towersIn('INT8').optional(),
    })
    .refine(
      ({ shared, FP32 }) => REQUIRED_FILES.every((name) => [...shared, ...FP32].includes(name)),
      `expected ${REQUIRED_FILES.join(', ')} among \`shared\` and \`FP32\``,
    )
    .refine(
      ({ FP32 }) => TOWER_FILES.some((names) => names.every((name) => FP32.includes(name))),
      `expected ${TOWER_FILES.map((names) => names.join(' and ')).join(', or ')} in \`FP32\``,
    )
    .refine(
      ({ FP32, FP16, INT8 }) => FP32.includes('onnx/vision_model.onnx') || !(FP16 || INT8),
      'expected no other precision where both towers are in one graph: INT8 is made of it',
    ),
});

const catalogue = z
  .strictObject({ encoders: z.array(entry).max(LIMITS.encoders) })
  .refine(
    ({ encoders }) => new Set(encoders.map(key)).size === encoders.length,
    'expected every repository once',
  );

/** An encoder that can be downloaded; its id is its repository on the hub. */
export type CataloguedEncoder = Readonly<z.infer<typeof entry>>;

/** By id. */
export type Catalogue = ReadonlyMap<string, CataloguedEncoder>;

/**
 * The program's catalogue with the user's on top: an entry of the user's takes the place of the program's for the same
 * repository, for example to keep to one commit.
 * @throws INVALID_SETTING where a file cannot be read, or is no catalogue
 */
export async function readCatalogue(ours: string, users: string | undefined): Promise<Catalogue> {
  const byKey = new Map<string, CataloguedEncoder>();
  for (const path of users === undefined ? [ours] : [ours, users]) {
    for (const encoder of await readEntries(path)) byKey.set(key(encoder), encoder);
  }
  return new Map([...byKey.values()].map((encoder) => [encoder.repository, encoder]));
}

/** Folders may lie on a file system that knows no case. */
function key(encoder: { repository: string }): string {
  return encoder.repository.toLowerCase();
}

async function readEntries(path: string): Promise<CataloguedEncoder[]> {
  const parsed = catalogue.safeParse(await readJson(path));
  if (parsed.success) return parsed.data.encoders;
  throw invalid(path, z.prettifyError(parsed.error));
}

async function readJson(path: string): Promise<unknown> {
  let content: string;
  try {
    if ((await stat(path)).size > LIMITS.bytes) throw new Error('the file is too large');
    content = await readFile(path, 'utf8');
  } catch (error) {
    throw invalid(path, error instanceof Error ? error.message : String(error));
  }
  try {
    return JSON.parse(content);
  } catch {
    throw invalid(path, 'it is not JSON');
  }
}

function invalid(path: string, reason: string): ClipwrightError {
  return new ClipwrightError(
    'INVALID_SETTING',
    `expected a catalogue of encoders in ${path} (\`CLIPWRIGHT_CATALOGUE\` names your own): ${reason}`,
  );
}
