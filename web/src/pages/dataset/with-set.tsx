import { useQuery } from '@apollo/client/react';
import { Select } from '@mantine/core';
import type { ReactNode } from 'react';
import { isThere } from '../../parts/encoder-is-there.ts';
import { QueryView } from '../../parts/query-view.tsx';
import { useAddress } from '../../parts/use-address.ts';
import { EmbeddingSets } from './embedding-sets.tsx';
import { SearchableSetsDocument } from './search.generated.ts';

/**
 * What stands on one of a version's complete embedding sets, chosen by `set` of the address.
 * @param without what is said where there is none, above the way to one
 * @param needsEncoder whether sets whose encoder is no longer there are not to be chosen
 * @param children gets the set's id, the field to choose another, and whether its encoder is there
 */
export function WithSet({
  versionId,
  without,
  needsEncoder = false,
  children,
}: {
  versionId: string;
  without: string;
  needsEncoder?: boolean;
  children: (setId: string, choice: ReactNode, hasEncoder: boolean) => ReactNode;
}) {
  const address = useAddress();
  const sets = useQuery(SearchableSetsDocument, { variables: { id: versionId } });
  return (
    <QueryView answer={sets}>
      {({ datasetVersion }) => {
        const ready = (datasetVersion?.embeddingSets ?? []).filter(
          ({ status }) => status === 'SUCCEEDED',
        );
        const usable = ready.filter(({ encoder }) => !needsEncoder || isThere(encoder));
        const set = usable.find(({ id }) => id === address.get('set')) ?? usable[0] ?? ready[0];
        if (!set) return <EmbeddingSets versionId={versionId} without={without} />;
        const choice = (
          <Select
            label="Embeddings"
            data={ready.map((each) => ({
              value: each.id,
              label: `${each.encoder.name}, ${each.precision}${isThere(each.encoder) ? '' : ' (encoder not there)'}`,
              disabled: !usable.includes(each),
            }))}
            value={set.id}
            onChange={(id) => address.set({ set: id ?? '' }, false)}
            allowDeselect={false}
          />
        );
        return children(set.id, choice, isThere(set.encoder));
      }}
    </QueryView>
  );
}
