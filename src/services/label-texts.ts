import { labelNames } from '../db/datasets.queries.js';
import { type SetToEmbed, setToEmbed } from '../db/embeddings.queries.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import type { JobContext } from '../jobs/task.js';
import { embedAll } from '../ml/clip/embed-pipeline.js';
import { l2NormalizeRows } from '../ml/clip/l2-normalize.js';
import { fillPrompt } from '../ml/nn/heads/label-texts.js';
import { sha256Of, sha256ToBytes } from '../storage/sha256.js';
import { lookupEmbeddings } from './embedding-store.js';
import { encoderOfSet } from './encoder-of-set.js';
import { encodePackRow, packFormat } from './pack-format.js';
import type { RunEmbeddingDeps } from './run-embedding.js';
import { storePack } from './store-pack.js';

export interface LabelsToEmbed {
  readonly setId: string;
  readonly prompts: readonly string[];
  /** Hears why the CPU embedded some in place of a device. */
  onFallback(warning: string): void;
}

/** Texts that are looked up, embedded and kept together. */
const PAGE = 1024;

/**
 * The labels' texts as an embedding set's encoder embeds them, `[L, D]`: for each label the mean over the prompts, brought to
 * length 1 (Radford et al. 2021, 2103.00020, section 3.1.4). The vectors are kept like those of captions, by the text.
 */
export async function embedLabels(
  deps: RunEmbeddingDeps,
  { setId, prompts, onFallback }: LabelsToEmbed,
  job: JobContext,
): Promise<Float32Array> {
  const set = await setToEmbed(deps.db, setId);
  if (!set) throw new ClipwrightError('NOT_FOUND', 'The embedding set has been deleted.');
  const { dimension } = set;
  const names = await labelNames(deps.db, set.versionId);
  const sums = new Float32Array(names.length * dimension);
  for (const prompt of prompts) {
    for (let from = 0; from < names.length; from += PAGE) {
      const texts = names.slice(from, from + PAGE).map((name) => fillPrompt(prompt, name));
      const vectors = await embedTexts(deps, set, texts, { job, onFallback });
      vectors.forEach((vector, i) => {
        const start = (from + i) * dimension;
        for (let d = 0; d < dimension; d++) sums[start + d]! += vector[d]!;
      });
    }
  }
  l2NormalizeRows(sums, dimension);
  return sums;
}

const contentOf = (text: string): Buffer => sha256ToBytes(sha256Of(text));

/** In the order of `texts`; what the store has not is computed and kept. */
async function embedTexts(
  deps: RunEmbeddingDeps,
  set: SetToEmbed,
  texts: readonly string[],
  { job, onFallback }: { job: JobContext } & Pick<LabelsToEmbed, 'onFallback'>,
): Promise<Float32Array[]> {
  const byText = new Map<string, Float32Array>();
  const distinct = [...new Set(texts)];
  const contents = distinct.map(contentOf);
  const space = { ...set, id: set.spaceId };
  const known = await lookupEmbeddings(deps.db, deps.blobs, space, 'TEXT', contents);
  known.forEach((vector, i) => {
    if (vector) byText.set(distinct[i]!, vector);
  });
  const missing = distinct.filter((text) => !byText.has(text));
  if (missing.length > 0) {
    const rows = await compute(deps, set, missing, { signal: job.signal, onFallback });
    missing.forEach((text, i) => {
      byText.set(text, rows[i]!);
    });
    const format = packFormat(set, 'TEXT');
    await storePack(deps, job, {
      spaceId: set.spaceId,
      modality: 'TEXT',
      rows: Buffer.concat(rows.map((row) => encodePackRow(row, format))),
      contents: missing.map(contentOf),
    });
  }
  return texts.map((text) => byText.get(text)!);
}

/** In the order of `texts`, as encoders give them. */
async function compute(
  deps: RunEmbeddingDeps,
  set: SetToEmbed,
  texts: readonly string[],
  options: { signal: AbortSignal } & Pick<LabelsToEmbed, 'onFallback'>,
): Promise<Float32Array[]> {
  const { description } = await encoderOfSet(deps.encoders, set);
  const { images, runner } = deps;
  const all: Float32Array[] = [];
  const items = texts.map((text) => ({ text }));
  const context = { encoder: description, images, runner, ...options };
  for await (const chunk of embedAll(items, context)) {
    const [failure] = chunk.failures;
    if (failure) throw failure[1];
    all.push(...chunk.rows);
  }
  return all;
}
