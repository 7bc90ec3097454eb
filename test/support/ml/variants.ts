/** The settings under which engines and gradients are compared: every head, fusion and loss, with every option. */
export const HEAD_CASES = [
  { kind: 'LINEAR' },
  { kind: 'MLP', hidden: [6], activation: 'GELU', dropout: 0.3 },
  { kind: 'MLP', hidden: [6], activation: 'RELU', dropout: 0 },
  { kind: 'MLP', hidden: [6, 5], activation: 'SILU', dropout: 0.2, layerNorm: true },
];
export const FUSION_CASES = [
  { kind: 'IMAGE_ONLY' },
  { kind: 'TEXT_ONLY' },
  { kind: 'CONCAT' },
  { kind: 'SUM' },
  { kind: 'MEAN' },
  { kind: 'MAX' },
  { kind: 'WEIGHTED_SUM' },
  { kind: 'HADAMARD', width: 5 },
  { kind: 'INTERACTION' },
  { kind: 'GATED', width: 5 },
  { kind: 'FILM' },
  { kind: 'MLB', width: 5 },
  { kind: 'MFB', width: 4, factors: 3 },
  { kind: 'MUTAN', width: 4, rank: 2 },
  { kind: 'CROSS_ATTENTION', tokenWidth: 3, heads: 1 },
  { kind: 'CROSS_ATTENTION', tokenWidth: 2, heads: 2 },
  { kind: 'LATE' },
  { kind: 'CONCAT', modalityDropout: 0.5 },
  { kind: 'LATE', modalityDropout: 0.5 },
];
export const LOSS_CASES = [
  { kind: 'BCE' },
  { kind: 'BCE', positiveWeights: true },
  { kind: 'ASYMMETRIC' },
  { kind: 'ASYMMETRIC', gammaPositive: 1, gammaNegative: 3, margin: 0, positiveWeights: true },
  { kind: 'ASYMMETRIC', gammaPositive: 0.5, gammaNegative: 2.5, margin: 0.1 },
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
