import { useMutation } from '@apollo/client/react';
import {
  Button,
  Card,
  Group,
  MultiSelect,
  NumberInput,
  Select,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useNavigate } from 'react-router';
import { InputForm, type InputValue } from '../../parts/input-form.tsx';
import { PlanNote } from '../../parts/plan-note.tsx';
import { ProblemNote } from '../../parts/problem-note.tsx';
import type { Choices } from '../../parts/training-choices.tsx';
import { AxesForm, axesInput, NO_AXES } from './axes.tsx';
import { sayPlan } from './experiment-plan.ts';
import { StartExperimentDocument } from './new-experiment.generated.ts';

export function NewExperimentForm({ datasets, encoders }: Choices) {
  const [datasetId, setDataset] = useState(datasets[0]!.id);
  const [encoderIds, setEncoders] = useState(encoders.slice(0, 1).map(({ id }) => id));
  const [name, setName] = useState('');
  const [folds, setFolds] = useState<number | null>(null);
  const [axes, setAxes] = useState(NO_AXES);
  const [search, setSearch] = useState<InputValue>({});
  const [config, setConfig] = useState<InputValue>({});
  const [start, { loading, error }] = useMutation(StartExperimentDocument);
  const navigate = useNavigate();
  // Made of the API's own description of it, and checked there.
  const input = {
    datasetId,
    encoders: encoderIds.map((encoderId) => ({ encoderId })),
    ...axesInput(axes),
    ...(folds !== null && { folds: { count: folds } }),
    ...(Object.keys(search).length > 0 && { search }),
    config,
  } as never;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const { data } = await start({
      variables: { input: { ...(input as object), ...(name && { name }) } as never },
    }).catch(() => ({ data: null }));
    if (data) await navigate(`/experiments/${data.startExperiment.id}`);
  };
  return (
    <Stack component="form" onSubmit={submit} maw={1100}>
      <Card>
        <SimpleGrid cols={{ base: 1, sm: 2, lg: 4 }}>
          <Select
            label="Dataset"
            data={datasets.map((each) => ({ value: each.id, label: each.name }))}
            value={datasetId}
            onChange={(id) => id && setDataset(id)}
            allowDeselect={false}
          />
          <MultiSelect
            label="Encoders"
            data={encoders.map((each) => ({ value: each.id, label: each.name }))}
            value={encoderIds}
            onChange={setEncoders}
          />
          <TextInput
            label="Name"
            placeholder="made of what varies"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <NumberInput
            label="Folds"
            placeholder="the version's splits"
            min={2}
            max={20}
            value={folds ?? ''}
            onChange={(value) => setFolds(typeof value === 'number' ? value : null)}
          />
        </SimpleGrid>
      </Card>
      <Card>
        <Title order={2} size="h4" mb={4}>
          Axes
        </Title>
        <Text size="sm" c="dimmed" mb="sm">
          Every combination of their values is a cell, and every cell has a run for each seed and
          fold.
        </Text>
        <AxesForm axes={axes} onChange={setAxes} />
      </Card>
      <Card>
        <Title order={2} size="h4" mb={4}>
          Search
        </Title>
        <InputForm input="SearchInput" value={search} onChange={setSearch} />
      </Card>
      <Card>
        <details>
          <summary>Settings of what lies on no axis</summary>
          <InputForm input="RunConfigInput" value={config} onChange={setConfig} />
        </details>
      </Card>
      {error && <ProblemNote error={error} />}
      <Group justify="space-between" align="flex-start">
        <PlanNote input={input} say={sayPlan} />
        <Button type="submit" loading={loading}>
          Start the experiment
        </Button>
      </Group>
    </Stack>
  );
}
