import { Badge } from '@mantine/core';

/** What the API calls the kinds of wrong decisions, and what a person does. */
export const ERROR_KINDS = [
  { value: 'FALSE_POSITIVE', label: 'Predicted, not given' },
  { value: 'FALSE_NEGATIVE', label: 'Given, not predicted' },
] as const;
export type ErrorKind = (typeof ERROR_KINDS)[number]['value'];

/** Of the address; null is both. */
export function readErrorKind(text: string): ErrorKind | null {
  return ERROR_KINDS.find(({ value }) => value === text)?.value ?? null;
}

/** Which labels were predicted though they were not given, or missed: on one line, so that it is short. */
export function ErrorBadge({
  kind,
  labels,
  title,
}: {
  kind: ErrorKind;
  labels: string;
  title?: string;
}) {
  return (
    <Badge
      size="sm"
      variant="filled"
      tt="none"
      maw="100%"
      color={kind === 'FALSE_POSITIVE' ? 'red.9' : 'blue.9'}
      title={title}
    >
      {kind === 'FALSE_POSITIVE' ? 'wrong: ' : 'missed: '}
      {labels}
    </Badge>
  );
}
