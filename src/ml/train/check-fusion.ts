import {
  FUSIONS,
  type FusionConfig,
  type FusionKind,
  IN_ENCODER_SPACE,
  OF_TOKENS,
  standsIn,
  WITHOUT_PARAMETERS,
} from '../nn/fusions/table.js';
import {
  type HeadConfig,
  isOverTokens,
  isUntrained,
  needsEncoderSpace,
} from '../nn/heads/table.js';
import { badInput } from '../nn/options.js';

/** @throws BAD_USER_INPUT where the head cannot be put on the fusion's features: it says on which it can */
export function checkFusion(head: HeadConfig, fusion: FusionConfig): void {
  const possible = fusionsFor(head);
  if (!possible.includes(fusion.kind)) {
    const which = needsEncoderSpace(head)
      ? `whose features ${head.kind} compares with label texts,`
      : isOverTokens(head)
        ? `which leave tokens as they are for ${head.kind},`
        : `which train nothing, as ${head.kind} does not,`;
    const expected = `one of ${possible.join(', ')}, ${which}`;
    throw badInput(expected, 'fusion.kind', fusion.kind);
  }
  if (isUntrained(head) && 'modalityDropout' in fusion && standsIn(fusion)) {
    const expected = `0, as ${head.kind} learns nothing to stand in for what is missing,`;
    throw badInput(expected, 'fusion.modalityDropout', fusion.modalityDropout);
  }
}

function fusionsFor(head: HeadConfig): FusionKind[] {
  const kinds = Object.keys(FUSIONS) as FusionKind[];
  return kinds.filter(
    (kind) =>
      (!isOverTokens(head) || OF_TOKENS.includes(kind)) &&
      (!needsEncoderSpace(head) || IN_ENCODER_SPACE.includes(kind)) &&
      (!isUntrained(head) || WITHOUT_PARAMETERS.includes(kind)),
  );
}
