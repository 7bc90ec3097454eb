import { useQuery } from '@apollo/client/react';
import { Text } from '@mantine/core';
import { configInput } from '../../parts/config-input.ts';
import { PageTitle } from '../../parts/page-title.tsx';
import { QueryView } from '../../parts/query-view.tsx';
import { type Choices, TrainingChoices } from '../../parts/training-choices.tsx';
import { useAddress } from '../../parts/use-address.ts';
import { RunToCloneDocument, type RunToCloneQuery } from './new-run.generated.ts';
import { NewRunForm, type RunStart } from './new-run-form.tsx';

export function Component() {
  const address = useAddress();
  const from = address.get('from');
  const clone = useQuery(RunToCloneDocument, { variables: { id: from }, skip: from === '' });
  return (
    <>
      <PageTitle>New run</PageTitle>
      <TrainingChoices what="A run">
        {(choices) => {
          if (from !== '' && clone.data === undefined) {
            return <QueryView answer={clone}>{() => null}</QueryView>;
          }
          const run = clone.data?.run ?? null;
          return (
            <>
              {run && (
                <Text size="sm" mb="sm">
                  With the settings of {run.name}. What is changed is changed for the new run alone.
                </Text>
              )}
              <NewRunForm {...choices} start={startOf(run, choices, address.get('dataset'))} />
            </>
          );
        }}
      </TrainingChoices>
    </>
  );
}

/** @param datasetId of the address, or empty */
function startOf(run: RunToCloneQuery['run'], { datasets }: Choices, datasetId: string): RunStart {
  return {
    datasetId: run?.dataset.id ?? (datasetId || datasets[0]!.id),
    datasetVersion: run?.datasetVersion.number ?? null,
    encoderId: run?.encoder.id ?? null,
    seed: run?.seed ?? 1,
    tags: run?.tags ?? [],
    config: run ? configInput(run.config) : {},
  };
}
