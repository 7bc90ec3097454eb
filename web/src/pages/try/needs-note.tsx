import { useQuery } from '@apollo/client/react';
import { Text } from '@mantine/core';
import { needsOf, sayNeeds } from './model-needs.ts';
import { TryNeedsDocument } from './try.generated.ts';

/** Before anything is predicted. */
export function NeedsNote({ model }: { model: string }) {
  const { data } = useQuery(TryNeedsDocument, { variables: { ref: model } });
  const needs = needsOf(data?.modelVersion ?? null);
  if (needs === null) return null;
  return (
    <Text size="xs" c="dimmed">
      {model} {sayNeeds(needs)}.
    </Text>
  );
}
