import { Paper, Text } from '@mantine/core';
import type { ReactNode } from 'react';

/** In the place of a list that has nothing yet: what would be here, and how it gets here. */
export function EmptyNote({ children }: { children: ReactNode }) {
  return (
    <Paper withBorder p="lg" style={{ borderStyle: 'dashed' }}>
      <Text c="dimmed" size="sm" component="div">
        {children}
      </Text>
    </Paper>
  );
}
