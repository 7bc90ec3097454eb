import { Alert, Button, Stack, Text } from '@mantine/core';
import { problemOf } from '../api/problem.ts';

/** What went wrong, where it went wrong, and a way to try again. */
export function ProblemNote({
  error,
  about,
  retry,
}: {
  error: unknown;
  /** What the reader knows it as that went wrong, such as a file's name. */
  about?: string | undefined;
  retry?: () => void;
}) {
  const { code, message } = problemOf(error);
  return (
    <Alert color="red" variant="light" title={TITLES[code] ?? 'That did not work'} role="alert">
      <Stack align="flex-start" gap="xs">
        <Text size="sm">
          {about && `${about}: `}
          {message}
        </Text>
        {retry && (
          <Button size="xs" variant="default" onClick={retry}>
            Try again
          </Button>
        )}
      </Stack>
    </Alert>
  );
}

const TITLES: Record<string, string> = {
  FORBIDDEN: 'Your role does not allow this',
  NOT_FOUND: 'It is not there (any more)',
  CONFLICT: 'Something else stands in the way',
  BAD_USER_INPUT: 'The server does not accept this',
  UNREACHABLE: 'No connection',
};
