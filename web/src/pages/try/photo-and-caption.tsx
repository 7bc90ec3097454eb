import { Textarea } from '@mantine/core';
import { PhotoDrop } from './photo-drop.tsx';
import type { TryInput } from './use-predictions.ts';

/** The fields of what is tried. */
export function PhotoAndCaption({
  image,
  setImage,
  text,
  setText,
}: {
  image: TryInput['image'];
  setImage: (image: TryInput['image']) => void;
  text: string;
  setText: (text: string) => void;
}) {
  return (
    <>
      <PhotoDrop image={image} onChange={setImage} />
      <Textarea
        label="Caption"
        autosize
        minRows={2}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
    </>
  );
}
