import { Arg, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { ErrorsOfRun } from '../schema/errors-of-run.input.js';
import { RunError } from '../schema/run-error.type.js';
import { Sample } from '../schema/sample.type.js';
import type { RunError as FoundError } from '../services/run-errors.js';
import { MAX_SAMPLE_ERRORS } from '../services/sample-errors.js';
import type { Context } from './context.js';
import { errorChoice } from './error-choice.js';
import { required } from './required.js';

@Resolver(() => Sample)
export class SampleErrorsResolver {
  @FieldResolver(() => [RunError], {
    nullable: true,
    description:
      `What a run has decided wrongly about the sample, the highest loss first, at most ${MAX_SAMPLE_ERRORS}; null where it has no ` +
      'score of this very sample.',
  })
  async errors(
    @Ctx() { loaders, services }: Context,
    @Root() sample: Sample,
    @Arg('of', () => ErrorsOfRun) of: ErrorsOfRun,
  ): Promise<RunError[] | null> {
    const { versionId } = sample;
    const { labels } = required(await loaders.version.load(versionId), 'version of this sample');
    const choice = errorChoice(labels, of, 'of');
    const found = await loaders
      .keyed<FoundError[] | null>(`sampleErrors:${versionId}:${JSON.stringify(of)}`, (positions) =>
        services.errorsAt(versionId, positions.map(Number), of.runId, choice),
      )
      .load(String(sample.position));
    return (
      found?.map(({ position: _, label, ...error }) => ({
        ...error,
        label: labels[label]!,
        sample,
      })) ?? null
    );
  }
}
