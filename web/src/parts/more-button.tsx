import { Button } from '@mantine/core';

/** Asks for the next page of a list, where there is one. */
export function MoreButton({
  pages,
}: {
  pages: { hasMore: boolean; isLoading: boolean; loadMore: () => void };
}) {
  if (!pages.hasMore) return null;
  return (
    <Button variant="default" onClick={pages.loadMore} loading={pages.isLoading}>
      More
    </Button>
  );
}
