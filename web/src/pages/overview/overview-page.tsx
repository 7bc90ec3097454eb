import { useQuery } from '@apollo/client/react';
import { Card, Grid, Group, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { ASKED_ANEW } from '../../api/client.ts';
import { useAskAgain } from '../../api/use-ask-again.ts';
import { useStream } from '../../api/use-follow.ts';
import { bytes } from '../../parts/format.ts';
import { PageTitle } from '../../parts/page-title.tsx';
import { QueryView } from '../../parts/query-view.tsx';
import { Devices } from './devices.tsx';
import { LatestDatasets } from './latest-datasets.tsx';
import { LatestModels } from './latest-models.tsx';
import { LatestRuns } from './latest-runs.tsx';
import {
  OverviewDocument,
  type OverviewQuery,
  OverviewRunsDocument,
} from './overview.generated.ts';
import { WaitingJobs } from './waiting-jobs.tsx';

export function Component() {
  const answer = useQuery(OverviewDocument, { context: ASKED_ANEW });
  const refetch = useAskAgain(() => answer.refetch());
  useStream(OverviewRunsDocument, { onData: refetch, onResume: refetch });
  return (
    <>
      <PageTitle>Overview</PageTitle>
      <QueryView answer={answer}>{(data) => <Content data={data} refetch={refetch} />}</QueryView>
    </>
  );
}

function Content({ data, refetch }: { data: OverviewQuery; refetch: () => void }) {
  const { system } = data;
  return (
    <Stack>
      <SimpleGrid cols={{ base: 2, md: 4 }}>
        <Figure name="Running" value={String(system.running)} note={`${system.queued} waiting`} />
        <Figure
          name="Disk in use"
          value={bytes(system.diskUsedBytes)}
          note="rows and files, without PostgreSQL’s log, encoders and uploads"
        />
        <Figure
          name="Trains on"
          value={trainsOn(system.device)}
          note={`${system.threads} threads, ${system.engine}`}
        />
        <Figure name="Version" value={system.version} note={`Node ${system.nodeVersion}`} />
      </SimpleGrid>
      <Devices />
      {data.jobs.nodes.length > 0 && <WaitingJobs jobs={data.jobs.nodes} onEnd={refetch} />}
      <LatestRuns runs={data.runs} />
      <Grid>
        <Grid.Col span={{ base: 12, md: 6 }}>
          <LatestDatasets datasets={data.datasets} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 6 }}>
          <LatestModels models={data.models} />
        </Grid.Col>
      </Grid>
    </Stack>
  );
}

/** With every other setting trainings are the CPU's. */
function trainsOn(setting: string): string {
  return setting === 'cuda' || setting === 'webgpu' ? setting.toUpperCase() : 'CPU';
}

function Figure({ name, value, note }: { name: string; value: string; note?: string }) {
  return (
    <Card padding="md">
      <Title order={2} size="xs" c="dimmed" fw={500}>
        {name}
      </Title>
      <Group align="baseline" gap="xs">
        <Text fz={26} fw={650} className="figures">
          {value}
        </Text>
        {note && (
          <Text size="xs" c="dimmed">
            {note}
          </Text>
        )}
      </Group>
    </Card>
  );
}
