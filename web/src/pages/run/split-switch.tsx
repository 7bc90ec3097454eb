import { SegmentedControl } from '@mantine/core';
import { useAddress } from '../../parts/use-address.ts';

export type EvaluatedSplit = 'TEST' | 'VALIDATION';

/** Of the address, so that every tab shows the same. */
export function useSplit(): EvaluatedSplit {
  return useAddress().get('split') === 'VALIDATION' ? 'VALIDATION' : 'TEST';
}

export function SplitSwitch() {
  const address = useAddress();
  return (
    <SegmentedControl
      size="xs"
      aria-label="Split"
      w="fit-content"
      data={[
        { value: 'TEST', label: 'Test' },
        { value: 'VALIDATION', label: 'Validation' },
      ]}
      value={useSplit()}
      onChange={(split) => address.set({ split: split === 'TEST' ? '' : split })}
    />
  );
}
