import { useQuery } from '@apollo/client/react';
import { Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { problemOf } from '../../api/problem.ts';
import { duration } from '../../parts/format.ts';
import { PlanRunDocument, type PlanRunQueryVariables } from './new-run.generated.ts';

const TYPING_MS = 500;

/** What the API expects of a run before it is started: how long, or what is wrong with its settings. */
export function RunPlan({ setting }: { setting: PlanRunQueryVariables['input'] }) {
  const [input] = useDebouncedValue(setting, TYPING_MS);
  const { data, previousData, error } = useQuery(PlanRunDocument, {
    variables: { input },
    skip: setting.encoderId === '',
  });
  const plan = (data ?? previousData)?.planExperiment;
  return (
    <Text size="sm" c={error ? 'red' : 'dimmed'} role="status">
      {error
        ? problemOf(error).message
        : plan &&
          `At most ${plan.numEpochs} epochs${
            plan.estimatedSeconds === null
              ? '; no run of this size has finished yet to tell how long that takes'
              : `, about ${duration(plan.estimatedSeconds)} after the embedding`
          }.`}
    </Text>
  );
}
