import { badUserInput } from '../errors/bad-user-input.js';
import type { PredictionFilter } from '../schema/prediction-filter.input.js';
import type { RunFilter } from '../schema/run-filter.input.js';
import type { SampleFilter } from '../schema/sample-filter.input.js';
import type { BatchFilter } from '../services/batch-selections.js';

const MAX_KEYS = 1000;
const MAX_LABELS = 100;
const MAX_TEXT = 1000;

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

export function checkRunFilter(filter: RunFilter): RunFilter {
  atMost('filter.tags', filter.tags?.length, MAX_LABELS);
  atMost('filter.text', filter.text?.length, MAX_TEXT);
  return filter;
}

function atMost(name: string, length: number | undefined, most: number): void {
  if (length !== undefined && length > most) {
    throw badUserInput(
      `expected a length of at most ${most} for \`${name}\` but received ${length}`,
    );
  }
}
