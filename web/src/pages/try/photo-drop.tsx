import { Button, FileButton, Group, Image, Text } from '@mantine/core';
import { DropArea } from '../../parts/drop-area.tsx';
import type { TryInput } from './use-predictions.ts';

/** A photo by drag and drop, or chosen from the reader's files. */
export function PhotoDrop({
  image,
  onChange,
}: {
  image: TryInput['image'];
  onChange: (image: TryInput['image']) => void;
}) {
  const take = async (file: File | null) => {
    if (!file?.type.startsWith('image/')) return;
    onChange({
      name: file.name,
      preview: URL.createObjectURL(file),
      base64: await readBase64(file),
    });
  };
  return (
    <DropArea onFile={(file) => void take(file)}>
      {image ? (
        <Image src={image.preview} alt={image.name} mah={260} fit="contain" />
      ) : (
        <Text size="sm" c="dimmed">
          Drop a photo here
        </Text>
      )}
      <Group gap="xs">
        <FileButton accept="image/*" onChange={(file) => void take(file)}>
          {(button) => (
            <Button {...button} size="xs" variant="default">
              Choose a photo
            </Button>
          )}
        </FileButton>
        {image && (
          <Button size="xs" variant="default" onClick={() => onChange(null)}>
            Without photo
          </Button>
        )}
      </Group>
    </DropArea>
  );
}

function readBase64(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => {
      const address = reader.result as string;
      resolve(address.slice(address.indexOf(',') + 1));
    };
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}
