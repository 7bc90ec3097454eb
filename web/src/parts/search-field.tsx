import { TextInput } from '@mantine/core';
import { useThrottledCallback } from '@mantine/hooks';
import { useState } from 'react';
import type { useAddress } from './use-address.ts';

const TYPING_MS = 150;

/** Words that rows have to contain: `text` in the address, at the first key, and then a moment after others. */
export function SearchField({
  label,
  address,
}: {
  label: string;
  address: ReturnType<typeof useAddress>;
}) {
  const [text, setText] = useState(address.get('text'));
  const search = useThrottledCallback(
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
