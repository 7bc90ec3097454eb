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
  { kind: 'BCE', labelSmoothing: 0.1 },
  { kind: 'BCE', labelSmoothing: 0.2, positiveWeights: true },
  { kind: 'FOCAL' },
  { kind: 'FOCAL', gamma: 1.5, alpha: 0.25, labelSmoothing: 0.1 },
  { kind: 'DISTRIBUTION_BALANCED' },
  { kind: 'DISTRIBUTION_BALANCED', alpha: 0.2, beta: 5, mu: 0.2, lambda: 2, kappa: 0.1, gamma: 2 },
  { kind: 'HILL' },
  { kind: 'HILL', lambda: 1.2, margin: 0.5, gamma: 0.5 },
  { kind: 'ZLPR' },
  { kind: 'LSEP' },
  { kind: 'TWO_WAY' },
  { kind: 'TWO_WAY', positiveTemperature: 0.7, negativeTemperature: 2 },
  { kind: 'SOFT_F1' },
  { kind: 'SOFT_F1', average: 'MICRO', beta: 2, eta: -0.5 },
];
export const OPTIMIZER_CASES = [
  { kind: 'ADAMW', learningRate: 0.01 },
  { kind: 'ADAMW', learningRate: 0.02, weightDecay: 0.5 },
];

const MODELS = HEAD_CASES.flatMap((head) => FUSION_CASES.map((fusion) => ({ head, fusion })));

/** Every head with every fusion, and every loss: the fewer of the two take turns. */
export const VARIANTS = Array.from(
  { length: Math.max(MODELS.length, LOSS_CASES.length) },
  (_, i) => {
    const { head, fusion } = MODELS[i % MODELS.length]!;
    const loss = LOSS_CASES[i % LOSS_CASES.length]!;
    return {
      name: [head, fusion, loss].map((x) => Object.values(x).join(' ')).join(' × '),
      config: { head, fusion, loss },
    };
  },
);
