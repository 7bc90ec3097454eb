import { Group, Title } from '@mantine/core';
import type { ReactNode } from 'react';

/** The heading of a page, which is also the window's title. */
export function PageTitle({ children, side }: { children: string; side?: ReactNode }) {
  return (
    <Group justify="space-between" align="center" mb="md">
      <title>{`${children} – Clipwright`}</title>
      <Title order={1} size="h2">
        {children}
      </Title>
      {side}
    </Group>
  );
}
