import {
  Anchor,
  Box,
  Button,
  Card,
  Group,
  SegmentedControl,
  SimpleGrid,
  Stack,
  Text,
} from '@mantine/core';
import { Link } from 'react-router';
import { EmptyNote } from '../../parts/empty-note.tsx';
import { ERROR_KINDS, ErrorBadge, readErrorKind } from '../../parts/error-kind.tsx';
import { countOf, metric } from '../../parts/format.ts';
import { MoreButton } from '../../parts/more-button.tsx';
import { Photo } from '../../parts/photo.tsx';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { useAddress } from '../../parts/use-address.ts';
import { usePages } from '../../parts/use-pages.ts';
import { GridLink } from './grid-link.tsx';
import { RunErrorsDocument } from './run.generated.ts';
import type { RunDetails } from './run-page.tsx';
import { SplitSwitch, useSplit } from './split-switch.tsx';

const PAGE = 24;

/** The wrong decisions, those of which the run was surest first. */
export function ErrorGallery({ run }: { run: RunDetails }) {
  const address = useAddress();
  const split = useSplit();
  const kind = readErrorKind(address.get('kind'));
  const label = address.get('label');
  const pages = usePages(
    RunErrorsDocument,
    { id: run.id, split, kind, label: label || null, first: PAGE },
    (data) => data.run?.errors,
  );
  return (
    <Stack>
      <Group>
        <SplitSwitch />
        <SegmentedControl
          size="xs"
          aria-label="Kind of error"
          data={[{ value: '', label: 'All' }, ...ERROR_KINDS]}
          value={kind ?? ''}
          onChange={(value) => address.set({ kind: value })}
        />
        {label && (
          <Button size="xs" variant="default" onClick={() => address.set({ label: '' })}>
            Of all labels
          </Button>
        )}
        {pages.totalCount !== null && (
          <Text size="sm" c="dimmed" role="status">
            {countOf(pages.totalCount, 'error')}
          </Text>
        )}
        <GridLink run={run} label={label} kind={kind}>
          In the sample grid
        </GridLink>
      </Group>
      {pages.error !== null && <ProblemNote error={pages.error} retry={pages.reload} />}
      {pages.nodes.length === 0 && !pages.isLoading && <EmptyNote>No such error.</EmptyNote>}
      <SimpleGrid cols={{ base: 2, sm: 3, md: 4, lg: 6 }}>
        {pages.nodes.map((error) => (
          <Card key={`${error.sample.id} ${error.label.key}`} padding="xs">
            <Card.Section>
              <Photo
                url={error.sample.thumbnailUrl}
                alt={error.sample.caption ?? error.sample.key}
              />
            </Card.Section>
            <Box mt="xs">
              <ErrorBadge kind={error.kind} labels={error.label.name} title={error.label.name} />
            </Box>
            <Text size="xs" className="figures">
              {ERROR_KINDS.find(({ value }) => value === error.kind)?.label}
              <br />
              score {metric(error.score)}
              <br />
              threshold {metric(error.threshold)}
            </Text>
            <Text size="xs" lineClamp={2} title={error.sample.caption ?? undefined}>
              {error.sample.caption}
            </Text>
            <Anchor
              component={Link}
              to={`/datasets/${run.dataset.id}/samples/${error.sample.id}`}
              size="xs"
              truncate
            >
              {error.sample.key}
            </Anchor>
          </Card>
        ))}
      </SimpleGrid>
      <MoreButton pages={pages} />
    </Stack>
  );
}
