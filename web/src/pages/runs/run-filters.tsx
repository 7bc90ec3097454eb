import { useQuery } from '@apollo/client/react';
import { MultiSelect, Select, Switch, TagsInput } from '@mantine/core';
import { words } from '../../parts/format.ts';
import { SearchField } from '../../parts/search-field.tsx';
import type { useAddress } from '../../parts/use-address.ts';
import { RunFiltersDocument, type RunsQueryVariables } from './runs.generated.ts';

type Address = ReturnType<typeof useAddress>;
type Filter = NonNullable<RunsQueryVariables['filter']>;
type Status = Extract<Filter['status'], readonly unknown[]>[number];

const STATUSES: readonly Status[] = ['QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED'];

export function readFilter(address: Address): Filter {
  const status = address
    .list('status')
    .filter((each): each is Status => STATUSES.some((known) => known === each));
  const tags = address.list('tags');
  return {
    archived: address.get('archived') !== '',
    ...(address.get('text') && { text: address.get('text') }),
    ...(address.get('dataset') && { datasetId: address.get('dataset') }),
    ...(status.length > 0 && { status }),
    ...(tags.length > 0 && { tags }),
  };
}

export function RunFilters({ address }: { address: Address }) {
  const { data } = useQuery(RunFiltersDocument);
  return (
    <>
      <SearchField label="Name or notes" address={address} />
      <MultiSelect
        size="xs"
        label="Status"
        placeholder={address.list('status').length > 0 ? '' : 'any'}
        miw={150}
        data={STATUSES.map((value) => ({ value, label: words(value) }))}
        value={address.list('status')}
        onChange={(status) => address.set({ status })}
        clearable
      />
      <Select
        size="xs"
        label="Dataset"
        placeholder="any"
        data={(data?.datasets.nodes ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        value={address.get('dataset') || null}
        onChange={(dataset) => address.set({ dataset: dataset ?? '' })}
        clearable
        searchable
      />
      <TagsInput
        size="xs"
        label="Tags"
        placeholder={address.list('tags').length > 0 ? '' : 'any'}
        miw={150}
        value={address.list('tags')}
        onChange={(tags) => address.set({ tags })}
      />
      <Switch
        size="xs"
        label="Archived"
        pb={6}
        checked={address.get('archived') !== ''}
        onChange={(event) => address.set({ archived: event.currentTarget.checked ? 'yes' : '' })}
      />
    </>
  );
}
