import { NodeList } from '../onnx/node-list.js';
import type { Wrapping } from '../onnx/rewrite/wrap-model.js';

/** What a plain tower is to give of one of its model's outputs. */
export interface TowerEnd {
  /** Names that the output may have; the first that is there counts. */
  readonly outputs: readonly string[];
  /** In words. */
  readonly gives: string;
  behind(output: string): Pick<Wrapping, 'after' | 'output'>;
}

/** `unit_embeds` `[1, dimension]`; a vector of zeros stays one. */
export function unitVector(outputs: readonly string[], dimension: number): TowerEnd {
  return {
    outputs,
    gives: 'a unit vector',
    behind(output) {
      const after = new NodeList('clipwright unit');
      const attributes = {
        axis: { kind: 'int', value: -1 },
        p: { kind: 'int', value: 2 },
      } as const;
      after.emit('LpNormalization', [output], attributes, 'unit_embeds');
      return { after, output: { name: 'unit_embeds', dtype: 'float32', shape: [1, dimension] } };
    },
  };
}
