import { useMutation } from '@apollo/client/react';
import {
  Button,
  Card,
  Group,
  NumberInput,
  Select,
  SimpleGrid,
  Stack,
  TagsInput,
  TextInput,
  Title,
} from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useNavigate } from 'react-router';
import { count, countOf } from '../../parts/format.ts';
import { InputForm, type InputValue } from '../../parts/input-form.tsx';
import { type Plan, PlanNote, timeOf } from '../../parts/plan-note.tsx';
import { ProblemNote } from '../../parts/problem-note.tsx';
import type { Choices } from '../../parts/training-choices.tsx';
import { StartRunDocument } from './new-run.generated.ts';

export interface RunStart {
  datasetId: string;
  /** Null is the latest. */
  datasetVersion: number | null;
  encoderId: string | null;
  seed: number;
  tags: string[];
  config: InputValue;
}

export function NewRunForm({ datasets, encoders, start }: Choices & { start: RunStart }) {
  const [run, setRun] = useState({ ...start, encoderId: start.encoderId ?? encoders[0]?.id ?? '' });
  const [name, setName] = useState('');
  const [startRun, { loading, error }] = useMutation(StartRunDocument);
  const navigate = useNavigate();
  const latest = datasets.find(({ id }) => id === run.datasetId)?.latestVersion;
  const setting = {
    datasetId: run.datasetId,
    encoderId: run.encoderId,
    ...(run.datasetVersion !== null && { datasetVersion: run.datasetVersion }),
    // Made of the API's own description of it, and checked there.
    config: run.config as never,
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const input = { ...setting, seed: run.seed, tags: run.tags, ...(name && { name }) };
    const { data } = await startRun({ variables: { input } }).catch(() => ({ data: null }));
    if (data) await navigate(`/runs/${data.startRun.id}`);
  };
  return (
    <Stack component="form" onSubmit={submit} maw={1100}>
      <Card>
        <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
          <Select
            label="Dataset"
            data={datasets.map((each) => ({ value: each.id, label: each.name }))}
            value={run.datasetId}
            onChange={(id) => id && setRun({ ...run, datasetId: id, datasetVersion: null })}
            allowDeselect={false}
            searchable
          />
          <NumberInput
            label="Version"
            description={
              latest &&
              `The latest is ${latest.number}, with ${count(latest.labelledCount)} labelled samples`
            }
            placeholder="latest"
            min={1}
            max={latest?.number}
            value={run.datasetVersion ?? ''}
            onChange={(value) =>
              setRun({ ...run, datasetVersion: typeof value === 'number' ? value : null })
            }
          />
          <Select
            label="Encoder"
            data={encoders.map((each) => ({ value: each.id, label: each.name }))}
            value={run.encoderId}
            onChange={(id) => id && setRun({ ...run, encoderId: id })}
            allowDeselect={false}
          />
          <TextInput
            label="Name"
            placeholder="made of the settings"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <NumberInput
            label="Seed"
            min={0}
            allowDecimal={false}
            value={run.seed}
            onChange={(seed) => setRun({ ...run, seed: Number(seed) })}
          />
          <TagsInput label="Tags" value={run.tags} onChange={(tags) => setRun({ ...run, tags })} />
        </SimpleGrid>
      </Card>
      <Card>
        <Title order={2} size="h4" mb="sm">
          Settings
        </Title>
        <InputForm
          input="RunConfigInput"
          value={run.config}
          onChange={(config) => setRun({ ...run, config })}
        />
      </Card>
      {error && <ProblemNote error={error} />}
      <Group justify="space-between">
        <PlanNote input={setting} say={sayPlan} />
        <Button type="submit" loading={loading}>
          Start the run
        </Button>
      </Group>
    </Stack>
  );
}

function sayPlan(plan: Plan): string {
  // Nothing would be left to train of an experiment: its time says nothing of a run.
  const time = plan.numDone > 0 ? 'A run of these very settings is there already.' : timeOf(plan);
  return `At most ${countOf(plan.numEpochs, 'epoch')}. ${time}`;
}
