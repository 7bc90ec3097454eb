import { useQuery } from '@apollo/client/react';
import { Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { problemOf } from '../../api/problem.ts';
import { count, duration } from '../../parts/format.ts';
import {
  PlanExperimentDocument,
  type PlanExperimentQueryVariables,
} from './new-experiment.generated.ts';

const TYPING_MS = 500;

/** What would be trained, and for how long, before anything is. */
export function ExperimentPlan({ input }: { input: PlanExperimentQueryVariables['input'] }) {
  const [settled] = useDebouncedValue(input, TYPING_MS);
  const { data, previousData, error } = useQuery(PlanExperimentDocument, {
    variables: { input: settled },
  });
  const plan = (data ?? previousData)?.planExperiment;
  if (error) {
    return (
      <Text size="sm" c="red" role="status" maw={760}>
        {problemOf(error).message}
      </Text>
    );
  }
  if (!plan) return null;
  return (
    <Text size="sm" role="status" maw={760}>
      {count(plan.numCells)} cells, {count(plan.numRuns)} runs
      {plan.maxRuns > plan.numRuns && ` (at most ${count(plan.maxRuns)})`}, of which{' '}
      {count(plan.numDone)} are there already; at most {count(plan.numEpochs)} epochs.{' '}
      {plan.estimatedSeconds === null
        ? 'No run of this size has finished yet to tell how long that takes.'
        : `About ${duration(plan.estimatedSeconds)} one after the other.`}
      {plan.rungs.length > 0 &&
        ` Rungs: ${plan.rungs.map((rung) => `${rung.numCells} cells for ${rung.epochs} epochs`).join(', ')}.`}
    </Text>
  );
}
