import type { Precision } from '../db/enums.js';
import { manifestRow } from '../db/registry.queries.js';
import type { Sql } from '../db/sql.js';
import type { Fold } from '../ml/data/fold-splits.js';
import type { FusionKind } from '../ml/nn/fusions/table.js';
import { isOverTokens } from '../ml/nn/heads/table.js';
import type { TokenShapes } from '../ml/nn/token-shape.js';
import type { HeadInput } from '../ml/train/export-head.js';
import { readRunConfig } from '../ml/train/run-config.js';
import { type ModalityNeeds, modalityNeeds } from './modality-needs.js';

/** Everything that a prediction needs besides the encoder's and the head's own files; what a model version keeps. */
export interface ModelManifest {
  labels: { key: string; name: string }[];
  /** [L], by label index */
  thresholds: number[];
  encoder: {
    id: string;
    revision: string;
    preprocessing: string;
    precision: Precision;
    dimension: number;
    /** where the head attends to tokens: what there is of them beside each embedding */
    tokens?: TokenShapes;
  };
  dataset: { id: string; name: string; version: number; digest: string };
  /** EvalMetrics on VALIDATION and TEST, as the run or the ensemble had them */
  best: unknown;
  metrics: unknown;
  /** of the head's ONNX file */
  headSha256: string;
  /** of a run: its settings */
  fusion?: FusionKind;
  config?: unknown;
  seed?: number;
  /** where its splits were those of a fold */
  fold?: Fold;
  /** of an ensemble: the settings of each run */
  members?: { runId: string; config: unknown; seed: number }[];
}

export interface RunManifest extends ModelManifest {
  fusion: FusionKind;
  config: unknown;
  seed: number;
}

/** What an input must have; for an ensemble all that its members need. */
export function needsOf({ config, members }: ModelManifest): ModalityNeeds {
  const configs = members ? members.map((member) => member.config) : [config];
  const needs = configs.map((each) => modalityNeeds(readRunConfig(each).fusion));
  return {
    image: needs.some(({ image }) => image),
    text: needs.some(({ text }) => text),
    either: needs.every(({ either }) => either),
  };
}

/** What the head takes of each modality. */
export const headInputOf = ({ encoder }: Pick<ModelManifest, 'encoder'>): HeadInput =>
  encoder.tokens ? 'tokens' : 'embeds';

/** @returns the manifest of a run that has succeeded, else undefined */
export async function manifestOfRun(sql: Sql, runId: string): Promise<RunManifest | undefined> {
  const row = await manifestRow(sql, runId);
  if (!row) return undefined;
  return {
    labels: row.labels,
    thresholds: row.thresholds,
    fusion: row.config.fusion.kind as FusionKind,
    encoder: {
      id: row.encoderId,
      revision: row.revision,
      preprocessing: row.preprocessing,
      precision: row.precision,
      dimension: row.dimension,
      ...(isOverTokens(readRunConfig(row.config).head) && { tokens: row.tokens }),
    },
    config: row.config,
    seed: row.seed,
    ...(row.fold && { fold: row.fold }),
    dataset: {
      id: row.datasetId,
      name: row.datasetName,
      version: row.versionNumber,
      digest: row.digest,
    },
    best: row.best,
    metrics: row.final,
    headSha256: row.headSha256,
  };
}
