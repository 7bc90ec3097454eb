import type { ErrorsOfRun } from '../schema/errors-of-run.input.js';
import type { Label } from '../schema/label.type.js';
import type { ErrorChoice } from '../services/run-errors.js';
import { labelIndex } from './label-index.js';

/** @param argument that it is the value of */
export function errorChoice(
  labels: readonly Label[],
  { label, kind }: ErrorsOfRun,
  argument: string,
): ErrorChoice {
  return {
    label: label == null ? null : labelIndex(labels, label, `${argument}.label`),
    kind: kind ?? null,
  };
}
