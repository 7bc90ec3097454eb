import { Text } from '@mantine/core';

const SHOWN = 5;

interface Warning {
  label: { name: string };
  reason: 'FEW_POSITIVES' | 'LOW_THRESHOLD' | 'MINIMUM_NOT_REACHED';
}

/** Which of a run's thresholds may be luck, and what is steadier. */
export function ThresholdWarnings({
  warnings,
  kind,
}: {
  warnings: readonly Warning[];
  /** of the run's thresholds */
  kind: string;
}) {
  const low = named(warnings, 'LOW_THRESHOLD');
  const few = named(warnings, 'FEW_POSITIVES');
  if (low === null && few === null) return null;
  return (
    <Text size="sm" role="note">
      {low && `Very low thresholds, which may predict a label for nearly every sample: ${low}. `}
      {few && `Thresholds fitted on few positives, which may be luck: ${few}. `}
      {kind !== 'CROSS_VALIDATED' &&
        'Thresholds of the kind Cross validated, in a run or a threshold set, are steadier.'}
    </Text>
  );
}

function named(warnings: readonly Warning[], reason: Warning['reason']): string | null {
  const names = warnings
    .filter((warning) => warning.reason === reason)
    .map(({ label }) => label.name);
  if (names.length === 0) return null;
  const more = names.length - SHOWN;
  return names.slice(0, SHOWN).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
