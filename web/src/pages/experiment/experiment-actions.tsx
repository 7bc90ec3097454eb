import { useMutation } from '@apollo/client/react';
import { Button, Group } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useNavigate } from 'react-router';
import { problemOf } from '../../api/problem.ts';
import { useMay } from '../../api/viewer.ts';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import {
  CancelExperimentDocument,
  DeleteExperimentDocument,
  PauseExperimentDocument,
  ResumeExperimentDocument,
} from './experiment.generated.ts';
import type { ExperimentDetails } from './experiment-page.tsx';

export function ExperimentActions({ experiment }: { experiment: ExperimentDetails }) {
  const mayEdit = useMay('EDITOR');
  const navigate = useNavigate();
  const options = {
    variables: { id: experiment.id },
    onError: (error: unknown) =>
      void notifications.show({ color: 'red', message: problemOf(error).message }),
  };
  const [pause] = useMutation(PauseExperimentDocument, options);
  const [resume] = useMutation(ResumeExperimentDocument, options);
  const [cancel] = useMutation(CancelExperimentDocument, { variables: options.variables });
  const [remove] = useMutation(DeleteExperimentDocument, { variables: options.variables });
  if (!mayEdit) return null;
  const { status } = experiment;
  const isUnderWay = status === 'QUEUED' || status === 'RUNNING';
  const hasEnded = status === 'SUCCEEDED' || status === 'FAILED' || status === 'CANCELLED';
  return (
    <Group gap="xs">
      {isUnderWay && (
        <Button size="xs" variant="default" onClick={() => void pause()}>
          Pause
        </Button>
      )}
      {(status === 'PAUSED' || status === 'CANCELLED' || status === 'FAILED') && (
        <Button size="xs" onClick={() => void resume()}>
          Resume
        </Button>
      )}
      {!hasEnded && (
        <ConfirmButton
          name="Cancel"
          size="xs"
          question="Its runs that have not finished are cancelled, unless another experiment wants them. What has finished stays."
          confirm="Cancel the experiment"
          onConfirm={cancel}
        />
      )}
      {hasEnded && (
        <ConfirmButton
          name="Delete"
          size="xs"
          question="The experiment goes for good; its runs stay, so that this frees next to nothing."
          confirm="Delete the experiment"
          onConfirm={async () => {
            await remove();
            await navigate('/experiments');
          }}
        />
      )}
    </Group>
  );
}
