import { Button, Modal } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { ImportForm } from './import-form.tsx';

export function ImportButton({ onStart }: { onStart: () => void }) {
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button onClick={open}>Import</Button>
      <Modal opened={isOpen} onClose={close} title="Import a dataset" size="xl">
        <ImportForm
          onStart={() => {
            close();
            onStart();
          }}
        />
      </Modal>
    </>
  );
}
