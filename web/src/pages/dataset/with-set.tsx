import { useQuery } from '@apollo/client/react';
import { Select } from '@mantine/core';
import type { ReactNode } from 'react';
import { EmptyNote } from '../../parts/empty-note.tsx';
import { QueryView } from '../../parts/query-view.tsx';
import { useAddress } from '../../parts/use-address.ts';
import { SearchableSetsDocument } from './search.generated.ts';

/**
 * What stands on one of a version's complete embedding sets, chosen by `set` of the address.
 * @param without what is said where there is none
 * @param children gets the set's id and the field to choose another
 */
export function WithSet({
  versionId,
  without,
  children,
}: {
  versionId: string;
  without: ReactNode;
  children: (setId: string, choice: ReactNode) => ReactNode;
}) {
  const address = useAddress();
  const sets = useQuery(SearchableSetsDocument, { variables: { id: versionId } });
  return (
    <QueryView answer={sets}>
      {({ datasetVersion }) => {
        const ready = (datasetVersion?.embeddingSets ?? []).filter(
          ({ status }) => status === 'SUCCEEDED',
        );
        const set = ready.find(({ id }) => id === address.get('set')) ?? ready[0];
        if (!set) return <EmptyNote>{without}</EmptyNote>;
        const choice = (
          <Select
            label="Embeddings"
            data={ready.map(({ id, encoder, precision }) => ({
              value: id,
              label: `${encoder.name}, ${precision}`,
            }))}
            value={set.id}
            onChange={(id) => address.set({ set: id ?? '' }, false)}
            allowDeselect={false}
          />
        );
        return children(set.id, choice);
      }}
    </QueryView>
  );
}
