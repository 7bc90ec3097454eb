import { MultiSelect } from '@mantine/core';
import { words } from '../../parts/format.ts';
import type { useAddress } from '../../parts/use-address.ts';
import type { RunGroupsQueryVariables } from './runs.generated.ts';

type Address = ReturnType<typeof useAddress>;
export type GroupField = Extract<RunGroupsQueryVariables['by'], readonly unknown[]>[number];

const FIELDS: readonly GroupField[] = [
  'SETTINGS',
  'HEAD',
  'FUSION',
  'LOSS',
  'OPTIMIZER',
  'DATASET_VERSION',
  'ENCODER',
  'SEED',
];
/** The server's limit. */
const MOST = 4;

export function readGroups(address: Address): GroupField[] {
  return FIELDS.filter((field) => address.list('group').includes(field)).slice(0, MOST);
}

export function GroupChoice({ address }: { address: Address }) {
  const by = readGroups(address);
  return (
    <MultiSelect
      size="xs"
      label="Grouped by"
      placeholder={by.length > 0 ? '' : 'nothing'}
      miw={150}
      maxValues={MOST}
      data={FIELDS.map((value) => ({
        value,
        label: value === 'SETTINGS' ? 'Settings, seeds together' : words(value),
      }))}
      value={by}
      onChange={(group) => address.set({ group })}
      clearable
    />
  );
}
