import {
  Anchor,
  Badge,
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
import { count, metric } from '../../parts/format.ts';
import { MoreButton } from '../../parts/more-button.tsx';
import { Photo } from '../../parts/photo.tsx';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { useAddress } from '../../parts/use-address.ts';
import { usePages } from '../../parts/use-pages.ts';
import { RunErrorsDocument } from './run.generated.ts';
import { SplitSwitch, useSplit } from './split-switch.tsx';

const PAGE = 24;
const KINDS = ['FALSE_POSITIVE', 'FALSE_NEGATIVE'] as const;

/** The wrong decisions, those of which the run was surest first. */
export function ErrorGallery({ id, datasetId }: { id: string; datasetId: string }) {
  const address = useAddress();
  const split = useSplit();
  const kind = KINDS.find((each) => each === address.get('kind'));
  const label = address.get('label');
  const pages = usePages(
    RunErrorsDocument,
    { id, split, kind: kind ?? null, label: label || null, first: PAGE },
    (data) => data.run?.errors,
  );
  return (
    <Stack>
      <Group>
        <SplitSwitch />
        <SegmentedControl
          size="xs"
          aria-label="Kind of error"
          data={[
            { value: '', label: 'All' },
            { value: 'FALSE_POSITIVE', label: 'Predicted, not carried' },
            { value: 'FALSE_NEGATIVE', label: 'Carried, not predicted' },
          ]}
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
            {count(pages.totalCount)} errors
          </Text>
        )}
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
            <Badge
              mt="xs"
              size="sm"
              variant="filled"
              tt="none"
              color={error.kind === 'FALSE_POSITIVE' ? 'red.9' : 'blue.9'}
            >
              {error.kind === 'FALSE_POSITIVE' ? 'not ' : 'missed '}
              {error.label.name}
            </Badge>
            <Text size="xs" className="figures">
              score {metric(error.score)}, from {metric(error.threshold)} on
            </Text>
            <Text size="xs" lineClamp={2} title={error.sample.caption ?? undefined}>
              {error.sample.caption}
            </Text>
            <Anchor
              component={Link}
              to={`/datasets/${datasetId}/samples/${error.sample.id}`}
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
