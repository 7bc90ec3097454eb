import { PageTitle } from '../../parts/page-title.tsx';
import { TrainingChoices } from '../../parts/training-choices.tsx';
import { NewExperimentForm } from './new-experiment-form.tsx';

export function Component() {
  return (
    <>
      <PageTitle>New experiment</PageTitle>
      <TrainingChoices what="An experiment">
        {(choices) => <NewExperimentForm {...choices} />}
      </TrainingChoices>
    </>
  );
}
