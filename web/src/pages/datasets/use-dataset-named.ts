import { useQuery } from '@apollo/client/react';
import { useDebouncedValue } from '@mantine/hooks';
import type { Existing } from './append-choice.tsx';
import { DatasetNamedDocument } from './datasets.generated.ts';

/** Nobody types slower. */
const TYPED_MS = 250;

/** @returns the dataset that has the name and a version; undefined until that is known, null where there is none */
export function useDatasetNamed(name: string): Existing | null | undefined {
  const wanted = name.normalize('NFC');
  const [typed] = useDebouncedValue(wanted, TYPED_MS);
  const { data, error } = useQuery(DatasetNamedDocument, {
    variables: { name: typed },
    skip: typed === '',
    // It may have been imported or deleted since.
    fetchPolicy: 'network-only',
  });
  if (wanted === '') return null;
  if (wanted !== typed) return undefined;
  // The import itself then says what is wrong.
  return error ? null : data?.dataset;
}
