import { useQuery } from '@apollo/client/react';
import { Anchor, Text } from '@mantine/core';
import { Link } from 'react-router';
import { configInput } from '../../parts/config-input.ts';
import { EmptyNote } from '../../parts/empty-note.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { QueryView } from '../../parts/query-view.tsx';
import { useAddress } from '../../parts/use-address.ts';
import { NewRunChoicesDocument, RunToCloneDocument } from './new-run.generated.ts';
import { NewRunForm } from './new-run-form.tsx';

export function Component() {
  const address = useAddress();
  const from = address.get('from');
  const choices = useQuery(NewRunChoicesDocument);
  const clone = useQuery(RunToCloneDocument, { variables: { id: from }, skip: from === '' });
  return (
    <>
      <PageTitle>New run</PageTitle>
      <QueryView answer={choices}>
        {({ datasets, encoders }) => {
          const usable = datasets.nodes.filter(({ latestVersion }) => latestVersion !== null);
          if (usable.length === 0) {
            return (
              <EmptyNote>
                A run needs a dataset. Import one on the page{' '}
                <Anchor component={Link} to="/datasets" size="sm" underline="always">
                  Datasets
                </Anchor>
                .
              </EmptyNote>
            );
          }
          if (from !== '' && clone.data === undefined) {
            return <QueryView answer={clone}>{() => null}</QueryView>;
          }
          const run = clone.data?.run;
          return (
            <>
              {run && (
                <Text size="sm" mb="sm">
                  With the settings of {run.name}. What is changed is changed for the new run alone.
                </Text>
              )}
              <NewRunForm
                datasets={usable}
                encoders={encoders.filter(
                  ({ status }) => status === 'BUILT_IN' || status === 'READY',
                )}
                start={{
                  datasetId: run?.dataset.id ?? (address.get('dataset') || usable[0]!.id),
                  datasetVersion: run?.datasetVersion.number ?? null,
                  encoderId: run?.encoder.id ?? null,
                  seed: run?.seed ?? 1,
                  tags: run?.tags ?? [],
                  config: run ? configInput(run.config) : {},
                }}
              />
            </>
          );
        }}
      </QueryView>
    </>
  );
}
