import { useQuery } from '@apollo/client/react';
import { Select, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { RunPickerDocument, type RunPickerQueryVariables } from '../api/run-picker.generated.ts';
import { dateTime } from './format.ts';
import { shortId } from './run-names.ts';

/** One of any number of runs, found by its name. */
export function RunSelect({
  filter = {},
  value,
  onChange,
  ...shown
}: {
  label?: string;
  'aria-label'?: string;
  placeholder: string;
  /** Which runs there are to choose from. */
  filter?: RunPickerQueryVariables['filter'];
  /** An id. */
  value: string | null;
  onChange: (id: string | null) => void;
}) {
  const [text, setText] = useState('');
  const [search] = useDebouncedValue(text, 250);
  const [name, setName] = useState<string>();
  const answer = useQuery(RunPickerDocument, {
    variables: {
      // The name of the chosen one stands in the field: no search for it.
      filter: { ...filter, text: search === name ? null : search || null },
      chosen: value === null ? [] : [value],
    },
  });
  const data = answer.data ?? answer.previousData;
  const chosen = data?.chosen.nodes.find(({ id }) => id === value);
  if (chosen?.name !== name) setName(chosen?.name);
  const runs = data?.runs.nodes ?? [];
  const isListed = chosen === undefined || runs.some(({ id }) => id === chosen.id);
  const listed = isListed ? runs : [chosen, ...runs];
  // Several may have one name.
  const whichOne = (id: string) => {
    const run = listed.find((each) => each.id === id);
    return run && `${dateTime(run.createdAt)} · ${shortId(id)}`;
  };
  return (
    <Select
      size="xs"
      {...shown}
      searchable
      searchValue={text}
      onSearchChange={setText}
      filter={({ options }) => options}
      nothingFoundMessage="No run of that name"
      data={listed.map((run) => ({ value: run.id, label: run.name }))}
      renderOption={({ option }) => (
        <div>
          {option.label}
          <Text size="xs" c="dimmed">
            {whichOne(option.value)}
          </Text>
        </div>
      )}
      title={chosen && whichOne(chosen.id)}
      value={value}
      onChange={onChange}
      clearable={value !== null}
    />
  );
}
