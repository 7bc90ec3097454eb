import { Arg, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { badUserInput } from '../errors/bad-user-input.js';
import { LabelCurve } from '../schema/label-curve.type.js';
import { Run } from '../schema/run.type.js';
import { Split } from '../schema/split.enum.js';
import type { Context } from './context.js';
import { labelIndex } from './label-index.js';
import { required } from './required.js';

@Resolver(() => Run)
export class LabelCurveResolver {
  @FieldResolver(() => LabelCurve, {
    nullable: true,
    description:
      'Precision and recall of a label at its thresholds, on VALIDATION or TEST; null until the run has succeeded.',
  })
  async labelCurve(
    @Ctx() { services, loaders }: Context,
    @Root() run: Run,
    @Arg('label', () => String, { description: "A label's key." }) key: string,
    @Arg('split', () => Split, { nullable: true, defaultValue: 'TEST' }) split?: Split | null,
  ): Promise<LabelCurve | null> {
    const wanted = split ?? 'TEST';
    if (wanted === 'TRAIN') {
      throw badUserInput('expected VALIDATION or TEST for `split` but received TRAIN');
    }
    const { labels } = required(await loaders.version.load(run.versionId), 'version');
    const index = labelIndex(labels, key);
    const curve = await services.labelCurve(run.id, wanted, index);
    if (!curve) return null;
    const { support, numSamples } = curve;
    return {
      label: labels[index]!,
      support,
      numSamples,
      cuts: curve.cuts.map((cut) => ({
        ...cut,
        precision: cut.truePositives / cut.predicted,
        recall: support === 0 ? null : cut.truePositives / support,
        f1: (2 * cut.truePositives) / (cut.predicted + support),
      })),
    };
  }
}
