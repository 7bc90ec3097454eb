import { Radio, Stack } from '@mantine/core';
import { countOf } from '../../parts/format.ts';
import type { DatasetNamedQuery } from './datasets.generated.ts';

export type Existing = NonNullable<DatasetNamedQuery['dataset']>;

/** Has to be made where the name is taken: an import of other content that may not append fails when all is read. */
export function AppendChoice({
  existing,
  value,
  onChange,
}: {
  existing: Existing;
  /** null: not made yet */
  value: boolean | null;
  onChange: (append: boolean) => void;
}) {
  const { number, sampleCount } = existing.latestVersion!;
  return (
    <Radio.Group
      label={`${existing.name} is there already: version ${number}, ${countOf(sampleCount, 'sample')}`}
      required
      value={value === null ? null : String(value)}
      onChange={(chosen) => onChange(chosen === 'true')}
    >
      <Stack gap="xs" mt="xs">
        <Radio
          value="true"
          label={`Add to it, as version ${number + 1}`}
          description="Samples of a new key are added, those of a known key replaced; all others stay. Where nothing differs there is no new version."
        />
        <Radio
          value="false"
          label="Only find out whether it is the same"
          description="Nothing is written: everything is read, and then it is said what is new, changed or missing."
        />
      </Stack>
    </Radio.Group>
  );
}
