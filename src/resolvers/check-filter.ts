import { badUserInput } from '../errors/bad-user-input.js';
import type { RunFilter } from '../schema/run-filter.input.js';
import type { SampleFilter } from '../schema/sample-filter.input.js';

const MAX_KEYS = 1000;
const MAX_LABELS = 100;
const MAX_TEXT = 1000;

export function checkSampleFilter(filter: SampleFilter): SampleFilter {
  atMost('filter.keys', filter.keys?.length, MAX_KEYS);
  atMost('filter.labels', filter.labels?.length, MAX_LABELS);
  atMost('filter.text', filter.text?.length, MAX_TEXT);
  return filter;
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
