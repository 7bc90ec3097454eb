import { useQuery } from '@apollo/client/react';
import { Group, MultiSelect, Select } from '@mantine/core';
import { words } from '../../parts/format.ts';
import { SearchField } from '../../parts/search-field.tsx';
import { useAddress } from '../../parts/use-address.ts';
import { VersionLabelsDocument, type VersionSamplesQueryVariables } from './dataset.generated.ts';
import { ErrorFilter } from './error-filter.tsx';
import { readSplit, SPLITS } from './splits.ts';

type Filter = NonNullable<VersionSamplesQueryVariables['filter']>;

export function readFilter(address: ReturnType<typeof useAddress>): Filter {
  const split = readSplit(address.get('split'));
  const labels = address.list('labels');
  const labelled = address.get('labelled');
  return {
    ...(split && { split }),
    ...(labels.length > 0 && { labels }),
    ...(labelled && { labelled: labelled === 'yes' }),
    ...(address.get('text') && { text: address.get('text') }),
  };
}

export function SampleFilters({ versionId }: { versionId: string }) {
  const address = useAddress();
  const { data } = useQuery(VersionLabelsDocument, { variables: { id: versionId, split: null } });
  const labels = data?.datasetVersion?.labelStats ?? [];
  return (
    <Group gap="xs" align="flex-end">
      <SearchField label="Caption or key" address={address} />
      <MultiSelect
        size="xs"
        label="Carries all of"
        placeholder={address.list('labels').length > 0 ? '' : 'any labels'}
        miw={200}
        data={labels.map(({ label }) => ({ value: label.key, label: label.name }))}
        value={address.list('labels')}
        onChange={(keys) => address.set({ labels: keys })}
        searchable
        clearable
      />
      <Select
        size="xs"
        label="Split"
        placeholder="any"
        data={SPLITS.map((value) => ({ value, label: words(value) }))}
        value={address.get('split') || null}
        onChange={(value) => address.set({ split: value ?? '' })}
        clearable
      />
      <Select
        size="xs"
        label="Labels known"
        placeholder="either"
        data={[
          { value: 'yes', label: 'Yes' },
          { value: 'no', label: 'No' },
        ]}
        value={address.get('labelled') || null}
        onChange={(value) => address.set({ labelled: value ?? '' })}
        clearable
      />
      <ErrorFilter
        versionId={versionId}
        labels={labels.map(({ label }) => label)}
        address={address}
      />
    </Group>
  );
}
