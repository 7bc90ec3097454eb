import { useMutation, useQuery } from '@apollo/client/react';
import { Button, MultiSelect, Select, Stack } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useNavigate } from 'react-router';
import { countOf, words } from '../../parts/format.ts';
import { modelReferences } from '../../parts/model-references.ts';
import { ProblemNote } from '../../parts/problem-note.tsx';
import {
  type PredictionChoicesQuery,
  StartPredictionDocument,
  ThresholdSetsOfDocument,
} from './predictions.generated.ts';

const SPLITS = ['TRAIN', 'VALIDATION', 'TEST'] as const;
type Split = (typeof SPLITS)[number];

export function NewPredictionForm({
  models,
  datasets,
}: {
  models: PredictionChoicesQuery['models']['nodes'];
  datasets: PredictionChoicesQuery['datasets']['nodes'];
}) {
  const navigate = useNavigate();
  const references = modelReferences(models);
  const versions = datasets.flatMap(({ name, versions: { nodes } }) =>
    nodes.map(({ id, number, sampleCount }) => ({
      value: id,
      label: `${name} v${number}, ${countOf(sampleCount, 'sample')}`,
    })),
  );
  const [model, setModel] = useState(references[0] ?? null);
  const [versionId, setVersion] = useState(versions[0]?.value ?? null);
  const [splits, setSplits] = useState<Split[]>([...SPLITS]);
  const [thresholds, setThresholds] = useState<string | null>(null);
  const [start, { loading, error }] = useMutation(StartPredictionDocument);
  const version = useQuery(ThresholdSetsOfDocument, {
    variables: { ref: model ?? '' },
    skip: model === null,
  });
  const sets = version.data?.modelVersion?.thresholdSets.map((set) => set.name) ?? [];
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const input = {
      model: model!,
      datasetVersionId: versionId!,
      splits,
      ...(thresholds !== null && { thresholds }),
    };
    await start({ variables: { input } }).then(
      ({ data }) => navigate(`/predictions/${data!.predictDataset.id}`),
      () => {},
    );
  };
  return (
    <Stack component="form" onSubmit={submit}>
      <Select
        label="Model"
        data={references}
        value={model}
        onChange={(value) => {
          setModel(value);
          setThresholds(null);
        }}
        allowDeselect={false}
        searchable
        data-autofocus
      />
      <Select
        label="Dataset version"
        data={versions}
        value={versionId}
        onChange={setVersion}
        allowDeselect={false}
        searchable
      />
      <MultiSelect
        label="Splits"
        data={SPLITS.map((value) => ({ value, label: words(value) }))}
        value={splits}
        onChange={(values) => setSplits(values as Split[])}
      />
      {sets.length > 0 && (
        <Select
          label="Thresholds"
          placeholder="the model's own"
          data={sets}
          value={thresholds}
          onChange={setThresholds}
          clearable
        />
      )}
      {error && <ProblemNote error={error} />}
      <Button
        type="submit"
        loading={loading}
        disabled={model === null || versionId === null || splits.length === 0}
      >
        Start the prediction
      </Button>
    </Stack>
  );
}
