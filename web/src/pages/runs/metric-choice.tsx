import { NumberInput, Select } from '@mantine/core';
import type { useAddress } from '../../parts/use-address.ts';
import { useDraft } from '../../parts/use-draft.ts';
import type { RunsQueryVariables } from './runs.generated.ts';

type Address = ReturnType<typeof useAddress>;
type Choice = RunsQueryVariables['choice'];

const TYPING_MS = 250;

/** Of the address: `figures` is empty (the best epoch's), `last`, or the number of an epoch. */
export function readChoice(address: Address): Choice {
  const figures = address.get('figures');
  if (figures === 'last') return { of: 'LAST_EPOCH' };
  const epoch = Number.parseInt(figures, 10);
  return epoch >= 1 ? { of: 'EPOCH', epoch } : { of: 'BEST' };
}

/** Which epoch's figures the table shows and sorts by. */
export function MetricChoice({ address }: { address: Address }) {
  const { of, epoch } = readChoice(address);
  const [draft, setDraft] = useDraft(
    String(epoch ?? ''),
    (value) => Number(value) >= 1 && address.set({ figures: value }, false),
    TYPING_MS,
  );
  return (
    <>
      <Select
        size="xs"
        label="Figures on validation"
        w={160}
        data={[
          { value: 'BEST', label: 'of the best epoch' },
          { value: 'LAST_EPOCH', label: 'of the last epoch' },
          { value: 'EPOCH', label: 'of epoch …' },
        ]}
        value={of}
        onChange={(value) =>
          address.set({ figures: value === 'LAST_EPOCH' ? 'last' : value === 'EPOCH' ? '1' : '' })
        }
        allowDeselect={false}
      />
      {of === 'EPOCH' && (
        <NumberInput
          size="xs"
          label="Epoch"
          w={80}
          min={1}
          max={100_000}
          allowDecimal={false}
          value={draft}
          onChange={(value) => setDraft(String(value))}
        />
      )}
    </>
  );
}
