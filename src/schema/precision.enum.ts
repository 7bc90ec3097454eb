import { registerEnumType } from 'type-graphql';

export const Precision = { FP32: 'FP32', FP16: 'FP16', INT8: 'INT8', AUTO: 'AUTO' } as const;
export type Precision = keyof typeof Precision;

registerEnumType(Precision, {
  name: 'Precision',
  valuesConfig: {
    INT8: {
      description:
        "The encoder's own file, or made here of FP32. Refused with PRECISION_DRIFTS where embeddings differ too much.",
    },
    AUTO: {
      description:
        'Only ever asked for: INT8 where the CPU embeds, FP16 where another device does, if it is near enough to FP32 and faster on ' +
        'this machine; else FP32. What was made names the one or the other. The first time takes seconds.',
    },
  },
});
