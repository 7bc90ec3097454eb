import { TextInput } from '@mantine/core';
import type { useAddress } from './use-address.ts';
import { useDraft } from './use-draft.ts';

const TYPING_MS = 60;

/** Words that rows have to contain: `text` in the address. */
export function SearchField({
  label,
  address,
}: {
  label: string;
  address: ReturnType<typeof useAddress>;
}) {
  const [text, setText] = useDraft(
    address.get('text'),
    (value) => address.set({ text: value }, false),
    TYPING_MS,
  );
  return (
    <TextInput
      size="xs"
      label={label}
      placeholder="contains …"
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
    />
  );
}
