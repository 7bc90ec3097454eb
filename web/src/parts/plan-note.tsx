import { useQuery } from '@apollo/client/react';
import { Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { problemOf } from '../api/problem.ts';
import {
  PlanDocument,
  type PlanQuery,
  type PlanQueryVariables,
} from '../api/training-choices.generated.ts';
import { countOf, duration } from './format.ts';

const TYPING_MS = 500;

export type Plan = PlanQuery['planExperiment'];

/** What the API expects of a training before it is started, or what is wrong with its settings. */
export function PlanNote({
  input,
  say,
}: {
  input: PlanQueryVariables['input'];
  say: (plan: Plan) => string;
}) {
  const [settled] = useDebouncedValue(input, TYPING_MS);
  const { data, previousData, error } = useQuery(PlanDocument, { variables: { input: settled } });
  const plan = (data ?? previousData)?.planExperiment;
  return (
    <Text size="sm" c={error ? 'red' : 'dimmed'} role="status" maw={760}>
      {error ? problemOf(error).message : plan && say(plan)}
    </Text>
  );
}

/** @param order of several runs, such as `one after the other` */
export function timeOf({ estimatedSeconds, numToEmbed }: Plan, order = ''): string {
  if (estimatedSeconds === null) {
    return 'No run of this size has finished yet to tell how long that takes.';
  }
  const time = ['About', duration(estimatedSeconds), order].filter(Boolean).join(' ');
  return numToEmbed === 0
    ? `${time}.`
    : `${time}, not counting ${countOf(numToEmbed, 'embedding')} beforehand.`;
}
