import { useQuery } from '@apollo/client/react';
import { Button, Modal } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { EmptyNote } from '../../parts/empty-note.tsx';
import { QueryView } from '../../parts/query-view.tsx';
import { NewPredictionForm } from './new-prediction-form.tsx';
import { PredictionChoicesDocument } from './predictions.generated.ts';

export function NewPredictionButton() {
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button onClick={open}>New prediction</Button>
      <Modal opened={isOpen} onClose={close} title="New prediction">
        <Choices />
      </Modal>
    </>
  );
}

function Choices() {
  const answer = useQuery(PredictionChoicesDocument);
  return (
    <QueryView answer={answer}>
      {({ models, datasets }) =>
        models.nodes.length === 0 || datasets.nodes.every(({ versions }) => !versions.nodes[0]) ? (
          <EmptyNote>
            A prediction needs a dataset and a model: import a dataset, train a run on it, and
            register the run as a model.
          </EmptyNote>
        ) : (
          <NewPredictionForm models={models.nodes} datasets={datasets.nodes} />
        )
      }
    </QueryView>
  );
}
