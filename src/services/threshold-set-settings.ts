import { badUserInput } from '../errors/bad-user-input.js';
import type { OperatingPointSettings } from '../ml/metrics/operating-point.js';

/** As a client gives them; null counts as left out. */
export interface ThresholdSetSettingsInput {
  kind: OperatingPointSettings['kind'];
  value?: number | null;
  k?: number | null;
  calibration?: OperatingPointSettings['calibration'] | null;
  minPrecision?: number | null;
  minRecall?: number | null;
}

/** Which kind has which option. */
const OPTIONS = {
  value: 'FIXED',
  k: 'TOP_K',
  minPrecision: 'PER_LABEL',
  minRecall: 'PER_LABEL',
} as const;
const MINIMA = ['minPrecision', 'minRecall'] as const;

/** @throws BAD_USER_INPUT for an option that the kind does not have, one out of range, and two minima at once */
export function fillThresholdSetSettings(
  input: ThresholdSetSettingsInput,
  numLabels: number,
): OperatingPointSettings {
  const { kind, value, k, calibration, minPrecision, minRecall } = input;
  for (const option of Object.keys(OPTIONS) as (keyof typeof OPTIONS)[]) {
    if (input[option] == null || kind === OPTIONS[option]) continue;
    throw badUserInput(`expected no \`${option}\` with kind ${kind} but received ${input[option]}`);
  }
  if (value != null && !(value >= 0 && value <= 1)) {
    throw badUserInput(`expected a number from 0 to 1 for \`value\` but received ${value}`);
  }
  if (kind === 'TOP_K' && !(k != null && k >= 1 && k <= numLabels)) {
    throw badUserInput(`expected an integer from 1 to ${numLabels} for \`k\` but received ${k}`);
  }
  for (const option of MINIMA) {
    const least = input[option];
    if (least == null || (least > 0 && least <= 1)) continue;
    throw badUserInput(
      `expected a number above 0 and up to 1 for \`${option}\` but received ${least}`,
    );
  }
  if (minPrecision != null && minRecall != null) {
    throw badUserInput(
      `expected one of \`minPrecision\` and \`minRecall\` but received ${minPrecision} and ${minRecall}: no cut may reach both`,
    );
  }
  return {
    kind,
    value: kind === 'FIXED' ? (value ?? 0.5) : null,
    k: k ?? null,
    calibration: calibration ?? 'NONE',
    minPrecision: minPrecision ?? null,
    minRecall: minRecall ?? null,
  };
}

/** Whether there is anything to fit. */
export function needsValidation({ kind, calibration }: OperatingPointSettings): boolean {
  return calibration !== 'NONE' || (kind !== 'FIXED' && kind !== 'TOP_K');
}
