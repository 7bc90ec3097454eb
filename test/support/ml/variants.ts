/** The settings under which engines and gradients are compared: every head, fusion and loss, with every option. */
export const HEAD_CASES = [
  { kind: 'LINEAR' },
  { kind: 'MLP', hidden: [6], activation: 'GELU', dropout: 0.3 },
  { kind: 'MLP', hidden: [6], activation: 'RELU', dropout: 0 },
  { kind: 'MLP', hidden: [6, 5], activation: 'SILU', dropout: 0.2, layerNorm: true },
  { kind: 'MLP', hidden: [4, 4], activation: 'GELU', dropout: 0.2, residual: true },
  { kind: 'LINEAR', coupling: 2 },
  { kind: 'ADAPTER', residualRatio: 0.4, reduction: 2 },
  { kind: 'COSINE', scale: 5 },
  { kind: 'GMLP', tokens: 2, width: 4, depth: 1, dropout: 0.2 },
  { kind: 'MIXER', tokens: 3, width: 4, depth: 1, dropout: 0.2 },
  { kind: 'TRANSFORMER', tokens: 2, width: 4, depth: 1, heads: 2, dropout: 0.2 },
  { kind: 'LABEL_QUERY', tokens: 2, width: 4, heads: 2, dropout: 0.2 },
  { kind: 'LABEL_QUERY', tokens: 3, width: 4, heads: 1, groups: 2, dropout: 0 },
];
export const FUSION_CASES = [{ kind: 'IMAGE_ONLY' }, { kind: 'TEXT_ONLY' }, { kind: 'CONCAT' }];
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
