import { Paper, Stack } from '@mantine/core';
import { type DragEvent, type ReactNode, useState } from 'react';

/** Where a file can be dropped. */
export function DropArea({
  onFile,
  testId,
  children,
}: {
  onFile: (file: File) => void;
  testId?: string;
  children: ReactNode;
}) {
  const [isOver, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const file = event.dataTransfer.files[0];
    if (file) onFile(file);
  };
  return (
    <Paper
      withBorder
      p="md"
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
      data-testid={testId}
      style={{
        borderStyle: 'dashed',
        borderColor: isOver ? 'var(--mantine-primary-color-filled)' : undefined,
      }}
    >
      <Stack align="center" gap="xs">
        {children}
      </Stack>
    </Paper>
  );
}
