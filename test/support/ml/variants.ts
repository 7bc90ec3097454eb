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
  { kind: 'SGD', learningRate: 0.1 },
  { kind: 'SGD', learningRate: 0.1, momentum: 0.7, nesterov: true, weightDecay: 0.1 },
  { kind: 'ADAM', learningRate: 0.01, weightDecay: 0.1 },
  { kind: 'LION', learningRate: 0.01 },
  { kind: 'SGD', learningRate: 0.3, clipNorm: 0.05 },
  { kind: 'ADAMW', learningRate: 0.01, averageDecay: 0.9 },
];

/** Every head with every fusion; the losses take turns, so that each of them is met too. */
export const VARIANTS = HEAD_CASES.flatMap((head, row) =>
  FUSION_CASES.map((fusion, column) => {
    const loss = LOSS_CASES[(row * FUSION_CASES.length + column) % LOSS_CASES.length]!;
    return {
      name: [head, fusion, loss].map(nameOf).join(' × '),
      config: { head, fusion, loss },
    };
  }),
);

export function nameOf(given: object): string {
  return Object.values(given).join(' ');
}
