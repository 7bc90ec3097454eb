import type { ModelVersionRow } from '../db/models.queries.js';
import type { ModelVersion } from '../schema/model-version.type.js';
import { metricsObject } from './run-objects.js';

export function modelVersionObject(row: ModelVersionRow): ModelVersion {
  return { ...row, metrics: metricsObject(row.metrics, row.versionId) };
}
