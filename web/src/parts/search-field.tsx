import { TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useState } from 'react';
import type { useAddress } from './use-address.ts';

const TYPING_MS = 250;

/** Words that rows have to contain: `text` in the address, a moment after the last key. */
export function SearchField({
  label,
  address,
}: {
  label: string;
  address: ReturnType<typeof useAddress>;
}) {
  const [text, setText] = useState(address.get('text'));
  const search = useDebouncedCallback(
    (value: string) => address.set({ text: value }, false),
    TYPING_MS,
  );
  return (
    <TextInput
      size="xs"
      label={label}
      placeholder="contains …"
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        search(event.currentTarget.value);
      }}
    />
  );
}
