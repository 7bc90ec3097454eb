import { MultiSelect, SimpleGrid, TagsInput } from '@mantine/core';
import { ENUMS } from '../../api/inputs.generated.ts';
import { words } from '../../parts/format.ts';

/** The axes' values; an axis without any has the one of the settings below. */
export interface Axes {
  heads: string[];
  fusions: string[];
  losses: string[];
  optimizers: string[];
  mixups: string[];
  batchSizes: string[];
  epochs: string[];
  seeds: string[];
}

export const NO_AXES: Axes = {
  heads: [],
  fusions: [],
  losses: [],
  optimizers: [],
  mixups: [],
  batchSizes: [],
  epochs: [],
  seeds: ['1', '2', '3'],
};

const KINDS = [
  ['heads', 'Heads', 'HeadKind'],
  ['fusions', 'Fusions', 'FusionKind'],
  ['losses', 'Losses', 'LossKind'],
  ['optimizers', 'Optimizers', 'OptimizerKind'],
] as const;

const NUMBERS = [
  ['mixups', 'Mixup'],
  ['batchSizes', 'Batch sizes'],
  ['epochs', 'Epochs'],
  ['seeds', 'Seeds'],
] as const;

/** As the API takes them. */
export function axesInput(axes: Axes): object {
  const kinds = KINDS.filter(([key]) => axes[key].length > 0).map(([key]) => [
    key,
    axes[key].map((kind) => ({ kind })),
  ]);
  const numbers = NUMBERS.filter(([key]) => axes[key].length > 0).map(([key]) => [
    key,
    axes[key].map(Number),
  ]);
  return Object.fromEntries([...kinds, ...numbers]);
}

export function AxesForm({ axes, onChange }: { axes: Axes; onChange: (axes: Axes) => void }) {
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }}>
      {KINDS.map(([key, label, type]) => (
        <MultiSelect
          key={key}
          label={label}
          placeholder={axes[key].length > 0 ? '' : 'that of the settings'}
          data={(ENUMS[type] ?? []).map(({ name }) => ({ value: name, label: words(name) }))}
          value={axes[key]}
          onChange={(values) => onChange({ ...axes, [key]: values })}
          searchable
          clearable
        />
      ))}
      {NUMBERS.map(([key, label]) => (
        <TagsInput
          key={key}
          label={label}
          placeholder={axes[key].length > 0 ? '' : 'that of the settings'}
          value={axes[key]}
          splitChars={[',', ' ']}
          onChange={(values) =>
            onChange({ ...axes, [key]: values.filter((value) => Number.isFinite(Number(value))) })
          }
        />
      ))}
    </SimpleGrid>
  );
}
