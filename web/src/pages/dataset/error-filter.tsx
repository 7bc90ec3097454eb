import { Select } from '@mantine/core';
import { ERROR_KINDS, readErrorKind } from '../../parts/error-kind.tsx';
import { RunSelect } from '../../parts/run-select.tsx';
import type { useAddress } from '../../parts/use-address.ts';
import type { SamplesInErrorQueryVariables } from './dataset.generated.ts';

type Address = ReturnType<typeof useAddress>;

/** In an address without them no run's errors matter. */
export const NO_ERRORS = { errorsOf: '', error: '', wrong: '' };

/** Whose errors are wanted, of which kind and about which label. */
export function readErrors(address: Address): SamplesInErrorQueryVariables['errorsOf'] | null {
  const runId = address.get('errorsOf');
  if (runId === '') return null;
  return {
    runId,
    kind: readErrorKind(address.get('error')),
    label: address.get('wrong') || null,
  };
}

export function ErrorFilter({
  versionId,
  labels,
  address,
}: {
  versionId: string;
  labels: readonly { key: string; name: string }[];
  address: Address;
}) {
  const runId = address.get('errorsOf') || null;
  return (
    <>
      <RunSelect
        label="Got wrong by"
        placeholder="any or no run"
        filter={{ datasetVersionId: versionId, status: ['SUCCEEDED'] }}
        value={runId}
        onChange={(id) => address.set(id === null ? NO_ERRORS : { errorsOf: id })}
      />
      {runId !== null && (
        <>
          <Select
            size="xs"
            label="How"
            placeholder="either way"
            data={ERROR_KINDS}
            value={readErrorKind(address.get('error'))}
            onChange={(kind) => address.set({ error: kind ?? '' })}
            clearable
          />
          <Select
            size="xs"
            label="About"
            placeholder="any label"
            data={labels.map(({ key, name }) => ({ value: key, label: name }))}
            value={address.get('wrong') || null}
            onChange={(key) => address.set({ wrong: key ?? '' })}
            searchable
            clearable
          />
        </>
      )}
    </>
  );
}
