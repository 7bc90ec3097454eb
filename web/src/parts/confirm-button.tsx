import { Button, type ButtonProps, Group, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { type ReactNode, useState } from 'react';
import { ProblemNote } from './problem-note.tsx';

/** Asks before it does what cannot be undone, and says what that is. */
export function ConfirmButton({
  name,
  label,
  question,
  confirm,
  onConfirm,
  ...look
}: {
  name: string;
  /** for those who cannot see what it stands beside */
  label?: string;
  question: ReactNode;
  /** What the button says that does it. */
  confirm: string;
  onConfirm: () => Promise<unknown>;
} & Pick<ButtonProps, 'size' | 'variant' | 'color' | 'disabled'>) {
  const [isOpen, { open, close }] = useDisclosure(false);
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const act = async () => {
    setBusy(true);
    setError(null);
    try {
      await onConfirm();
      close();
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Button variant="default" {...look} onClick={open} aria-label={label}>
        {name}
      </Button>
      <Modal opened={isOpen} onClose={close} title={name} centered>
        <Stack>
          <Text size="sm" component="div">
            {question}
          </Text>
          {error !== null && <ProblemNote error={error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              Leave it
            </Button>
            <Button color={look.color ?? 'red.9'} onClick={act} loading={isBusy}>
              {confirm}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
