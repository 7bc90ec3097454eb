import { BEST_METRICS, type MetricChoiceValues } from '../db/run-metrics.js';
import { badUserInput } from '../errors/bad-user-input.js';
import type { JobFilter } from '../schema/job-filter.input.js';
import type { MetricChoice } from '../schema/metric-choice.input.js';
import type { PredictionFilter } from '../schema/prediction-filter.input.js';
import type { RunFilter } from '../schema/run-filter.input.js';
import type { SampleFilter } from '../schema/sample-filter.input.js';
import type { BatchFilter } from '../services/batch-selections.js';
import { isId } from '../services/parse-id.js';

const MAX_KEYS = 1000;
const MAX_LABELS = 100;
const MAX_TEXT = 1000;
const MAX_RUNS = 100;
const MAX_FIELDS = 4;
/** No row has it. */
const NO_ID = '00000000-0000-0000-0000-000000000000';

export function checkSampleFilter(filter: SampleFilter): SampleFilter {
  atMost('filter.keys', filter.keys?.length, MAX_KEYS);
  atMost('filter.labels', filter.labels?.length, MAX_LABELS);
  atMost('filter.text', filter.text?.length, MAX_TEXT);
  return filter;
}

export function batchFilter({
  sample,
  predicted,
  wrong,
  hasErrors,
}: PredictionFilter): BatchFilter {
  atMost('filter.predicted', predicted?.length, MAX_LABELS);
  atMost('filter.wrong', wrong?.length, MAX_LABELS);
  return {
    sample: sample ? checkSampleFilter(sample) : null,
    predicted: predicted ?? [],
    wrong: wrong ?? [],
    hasErrors: hasErrors ?? null,
  };
}

export function checkJobFilter(filter: JobFilter): JobFilter {
  return { ...filter, ...(filter.datasetId && { datasetId: known(filter.datasetId) }) };
}

export function checkRunFilter(filter: RunFilter): RunFilter {
  atMost('filter.tags', filter.tags?.length, MAX_LABELS);
  atMost('filter.text', filter.text?.length, MAX_TEXT);
  atMost('filter.ids', filter.ids?.length, MAX_RUNS);
  if (filter.like) checkGroupFields('filter.like.by', filter.like.by);
  return {
    ...filter,
    ...(filter.datasetId && { datasetId: known(filter.datasetId) }),
    ...(filter.datasetVersionId && { datasetVersionId: known(filter.datasetVersionId) }),
    ...(filter.ids && { ids: filter.ids.map(known) }),
    ...(filter.like && { like: { ...filter.like, runId: known(filter.like.runId) } }),
  };
}

function known(id: string): string {
  return isId(id) ? id : NO_ID;
}

export function checkGroupFields<T>(name: string, fields: readonly T[]): readonly T[] {
  if (fields.length > 0 && fields.length <= MAX_FIELDS) return fields;
  throw badUserInput(
    `expected 1 to ${MAX_FIELDS} entries for \`${name}\` but received ${fields.length}`,
  );
}

export function checkMetricChoice(choice: MetricChoice | null | undefined): MetricChoiceValues {
  if (!choice) return BEST_METRICS;
  const { of, epoch = null } = choice;
  if ((of === 'EPOCH') !== (epoch !== null)) {
    throw badUserInput('expected `metrics.epoch` for EPOCH, and for that alone');
  }
  if (epoch !== null && epoch < 1) {
    throw badUserInput(`expected at least 1 for \`metrics.epoch\` but received ${epoch}`);
  }
  return { of, epoch };
}

function atMost(name: string, length: number | undefined, most: number): void {
  if (length !== undefined && length > most) {
    throw badUserInput(
      `expected a length of at most ${most} for \`${name}\` but received ${length}`,
    );
  }
}
