import { Anchor, Button, Code, Stack, Text, Title } from '@mantine/core';
import { Link, useRouteError } from 'react-router';

/** For what a page did not expect; the rest of the window goes on. */
export function BrokenPage() {
  const error = useRouteError();
  return (
    <Stack align="flex-start">
      <Title order={1}>This page has failed</Title>
      <Text>
        Load it again. If it fails again, report what stands below together with what you did.
      </Text>
      <Code block>{error instanceof Error ? error.message : String(error)}</Code>
      <Button onClick={() => location.reload()}>Load again</Button>
    </Stack>
  );
}

export function MissingPage() {
  return (
    <Stack align="flex-start">
      <Title order={1}>There is nothing here</Title>
      <Text>
        No page has this address. The{' '}
        <Anchor component={Link} to="/" underline="always">
          overview
        </Anchor>{' '}
        shows what there is.
      </Text>
    </Stack>
  );
}
