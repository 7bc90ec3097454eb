import { Button, FileButton, Paper, Stack, Text } from '@mantine/core';
import { type DragEvent, type ReactNode, useState } from 'react';

export function ArchiveDrop({
  onFile,
  isBusy,
  children,
}: {
  onFile: (file: File) => void;
  isBusy: boolean;
  children: ReactNode;
}) {
  const [isOver, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const file = event.dataTransfer.files[0];
    if (file && !isBusy) onFile(file);
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
      data-testid="archive-drop"
      style={{
        borderStyle: 'dashed',
        borderColor: isOver ? 'var(--mantine-primary-color-filled)' : undefined,
      }}
    >
      <Stack align="center" gap="xs">
        <Text size="sm" c="dimmed">
          Drop a zip, tar or tar.gz here, with photos and a table in CSV or JSONL
        </Text>
        <FileButton accept=".zip,.tar,.gz,.tgz" onChange={(file) => file && onFile(file)}>
          {(button) => (
            <Button {...button} size="xs" variant="default" disabled={isBusy}>
              Choose an archive
            </Button>
          )}
        </FileButton>
        {children}
      </Stack>
    </Paper>
  );
}
