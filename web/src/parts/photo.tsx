import { AspectRatio, Center, Text } from '@mantine/core';

/** A square with the photo in it, or with a word where a sample has none. */
export function Photo({ url, alt }: { url: string | null; alt: string }) {
  return (
    <AspectRatio ratio={1} bg="var(--mantine-color-default-hover)">
      {url === null ? (
        <Center>
          <Text size="xs" c="dimmed">
            no photo
          </Text>
        </Center>
      ) : (
        <img src={url} alt={alt} loading="lazy" decoding="async" style={{ objectFit: 'cover' }} />
      )}
    </AspectRatio>
  );
}
