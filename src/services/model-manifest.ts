import type { Precision } from '../db/enums.js';
import { manifestRow } from '../db/registry.queries.js';
import type { Sql } from '../db/sql.js';
import type { FusionKind } from '../ml/nn/fusions/table.js';

/** Everything that a prediction needs besides the encoder's and the head's own files; what a model version keeps. */
export interface ModelManifest {
  labels: { key: string; name: string }[];
  /** [L], by label index */
  thresholds: number[];
  fusion: FusionKind;
  encoder: {
    id: string;
    revision: string;
    preprocessing: string;
    precision: Precision;
    dimension: number;
  };
  config: unknown;
  seed: number;
  dataset: { id: string; name: string; version: number; digest: string };
  /** EvalMetrics on VALIDATION and TEST, as the run had them */
  best: unknown;
  metrics: unknown;
  /** of the head's ONNX file */
  headSha256: string;
}

/** @returns the manifest of a run that has succeeded, else undefined */
export async function manifestOfRun(sql: Sql, runId: string): Promise<ModelManifest | undefined> {
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
    },
    config: row.config,
    seed: row.seed,
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
