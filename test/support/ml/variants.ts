/** The settings under which engines and gradients are compared: every head, fusion, loss and optimizer, with every option. */
export const HEAD_CASES = [
  { kind: 'LINEAR' },
  { kind: 'MLP', hidden: [6], activation: 'GELU', dropout: 0.3 },
  { kind: 'MLP', hidden: [6], activation: 'RELU', dropout: 0 },
  { kind: 'MLP', hidden: [6, 5], activation: 'SILU', dropout: 0.2, layerNorm: true },
];
export const FUSION_CASES = [{ kind: 'IMAGE_ONLY' }, { kind: 'TEXT_ONLY' }, { kind: 'CONCAT' }];
export const LOSS_CASES = [
  { kind: 'BCE' },
  { kind: 'BCE', positiveWeights: true },
  { kind: 'ASYMMETRIC' },
  { kind: 'ASYMMETRIC', gammaPositive: 1, gammaNegative: 3, margin: 0, positiveWeights: true },
  { kind: 'ASYMMETRIC', gammaPositive: 0.5, gammaNegative: 2.5, margin: 0.1 },
];
export const OPTIMIZER_CASES = [
  { kind: 'ADAMW', learningRate: 0.01 },
  { kind: 'ADAMW', learningRate: 0.02, weightDecay: 0.5 },
];

/** Every head with every fusion; the losses take turns, so that each of them is met too. */
export const VARIANTS = HEAD_CASES.flatMap((head, row) =>
  FUSION_CASES.map((fusion, column) => {
    const loss = LOSS_CASES[(row * FUSION_CASES.length + column) % LOSS_CASES.length]!;
    return {
      name: [head, fusion, loss].map((x) => Object.values(x).join(' ')).join(' × '),
      config: { head, fusion, loss },
    };
  }),
);
