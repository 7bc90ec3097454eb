import { Arg, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { badUserInput } from '../errors/bad-user-input.js';
import { Run } from '../schema/run.type.js';
import { RunEvaluation } from '../schema/run-evaluation.type.js';
import { Split } from '../schema/split.enum.js';
import type { RunFigures } from '../services/evaluate-run.js';
import type { Context } from './context.js';
import { runEvaluationObject } from './run-evaluation-object.js';

/** Each takes seconds when it is asked for first. */
const MAX_EVALUATIONS = 10;

@Resolver(() => Run)
export class RunEvaluationResolver {
  @FieldResolver(() => RunEvaluation, {
    nullable: true,
    description:
      `On VALIDATION or TEST, of at most ${MAX_EVALUATIONS} runs at a time; null until the run has succeeded, and where it has no ` +
      'labelled sample there. Takes seconds when it is asked for first.',
  })
  async evaluation(
    @Ctx() { services, loaders }: Context,
    @Root() run: Run,
    @Arg('split', () => Split, { nullable: true, defaultValue: 'TEST' }) split?: Split | null,
  ): Promise<RunEvaluation | null> {
    const wanted = split ?? 'TEST';
    if (wanted === 'TRAIN') {
      throw badUserInput('expected VALIDATION or TEST for `split` but received TRAIN');
    }
    const figures = await loaders
      .keyed(`evaluation:${wanted}`, async (ids) => {
        if (ids.length > MAX_EVALUATIONS) {
          throw badUserInput(
            `expected \`evaluation\` of at most ${MAX_EVALUATIONS} runs but received ${ids.length}`,
          );
        }
        // One run after the other, so that the list holds one connection.
        const all: (RunFigures | null)[] = [];
        for (const id of ids) all.push(await services.evaluateRun(id, wanted));
        return all;
      })
      .load(run.id);
    if (!figures) return null;
    const version = await loaders.version.load(run.versionId);
    return runEvaluationObject(figures, version!.labels);
  }
}
