import type { Node } from '../../graph/node.js';
import type { Modality } from '../modality.js';
import { badInput, type Options, type OptionValues } from '../options.js';
import type { Scope } from '../scope.js';
import { defineFusion, type Fusion, type PutHead } from './fusion.js';
import { type JointEmbeds, modalityDropout, withStandIns } from './stand-in.js';

/** What every fusion of image and text can be told. */
const JOINT_OPTIONS = { modalityDropout };
type WithJoint<O extends Options> = O & typeof JOINT_OPTIONS;

/** A fusion of image and text: logits `[B, L]`. `build` gets stand-ins for what is missing or dropped. */
export function defineJointFusion<const O extends Options>({
  options,
  build,
}: {
  readonly options: O;
  build(scope: Scope, embeds: JointEmbeds, putHead: PutHead, options: OptionValues<O>): Node;
}): Fusion<WithJoint<O>, Modality> {
  return defineFusion({
    options: { ...options, ...JOINT_OPTIONS },
    needs: ['image', 'text'],
    build: (scope, embeds, putHead, values) => {
      const rate = (values as OptionValues<typeof JOINT_OPTIONS>).modalityDropout;
      return build(scope, withStandIns(scope, embeds, rate), putHead, values);
    },
  });
}

/** A fusion of image and text that makes one feature `[B, D]`. */
export function defineJointFeature<const O extends Options>({
  options,
  fuse,
}: {
  readonly options: O;
  fuse(scope: Scope, embeds: JointEmbeds, options: OptionValues<O>): Node;
}): Fusion<WithJoint<O>, Modality> {
  return defineJointFusion({
    options,
    build: (scope, embeds, putHead, values) => putHead(scope, fuse(scope, embeds, values)),
  });
}

/** A fusion of image and text coordinate by coordinate: of embeddings in one space, and so of one dimension. */
export function defineAlignedFeature(
  fuse: (image: Node, text: Node, scope: Scope) => Node,
): Fusion<typeof JOINT_OPTIONS, Modality> {
  return defineJointFeature({
    options: {},
    fuse: (scope, { image, text }) => {
      const [dimension, other] = [image.shape[1], text.shape[1]];
      if (dimension !== other) {
        throw badInput(`dimension ${dimension}, which image has,`, 'text', other);
      }
      return fuse(image, text, scope);
    },
  });
}
