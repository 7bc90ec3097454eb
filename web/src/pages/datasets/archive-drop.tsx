import { Button, FileButton, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { DropArea } from '../../parts/drop-area.tsx';

export function ArchiveDrop({
  onFile,
  isBusy,
  children,
}: {
  onFile: (file: File) => void;
  isBusy: boolean;
  children: ReactNode;
}) {
  return (
    <DropArea onFile={(file) => !isBusy && onFile(file)} testId="archive-drop">
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
    </DropArea>
  );
}
