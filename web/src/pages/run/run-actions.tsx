import { useMutation } from '@apollo/client/react';
import { Button, Group } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { Link, useNavigate } from 'react-router';
import { useMay } from '../../api/viewer.ts';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { bytes } from '../../parts/format.ts';
import { EditRunButton } from './edit-run-button.tsx';
import { RegisterButton } from './register-button.tsx';
import { CancelRunDocument, DeleteRunDocument } from './run.generated.ts';
import type { RunDetails } from './run-page.tsx';

export function RunActions({ run }: { run: RunDetails }) {
  const mayEdit = useMay('EDITOR');
  const navigate = useNavigate();
  const [cancel] = useMutation(CancelRunDocument, { variables: { id: run.id } });
  const [remove] = useMutation(DeleteRunDocument, { variables: { id: run.id } });
  if (!mayEdit) return null;
  const isUnderWay = run.status === 'QUEUED' || run.status === 'RUNNING';
  return (
    <Group gap="xs">
      {isUnderWay && (
        <ConfirmButton
          name="Cancel"
          question="The training stops, and what it has learnt so far is not kept. Its configuration stays and can be cloned."
          confirm="Cancel the run"
          onConfirm={cancel}
          size="xs"
        />
      )}
      {run.status === 'SUCCEEDED' && <RegisterButton run={run} />}
      <Button size="xs" variant="default" component={Link} to={`/runs/new?from=${run.id}`}>
        Clone
      </Button>
      <Button size="xs" variant="default" component={Link} to={`/compare?runs=${run.id}`}>
        Compare
      </Button>
      <EditRunButton run={run} />
      {!isUnderWay && (
        <ConfirmButton
          name="Delete"
          question="The run goes with its curves, scores and weights, for good. What that has freed is said afterwards. A run that a model version uses stays."
          confirm="Delete the run"
          onConfirm={async () => {
            const { data } = await remove();
            notifications.show({
              message: `Deleted: ${bytes(data?.deleteRun.freedBytes ?? 0)} freed.`,
            });
            await navigate('/runs');
          }}
          size="xs"
        />
      )}
    </Group>
  );
}
