import { IN_ENCODER_SPACE, OF_TOKENS } from '../../../src/ml/nn/fusions/table.js';

/** The settings under which engines and gradients are compared: every head, fusion, loss and optimizer, with every option. */
export const HEAD_CASES = [
  { kind: 'LINEAR' },
  { kind: 'MLP', hidden: [6], activation: 'GELU', dropout: 0.3 },
  { kind: 'MLP', hidden: [6], activation: 'RELU', dropout: 0 },
  { kind: 'MLP', hidden: [6, 5], activation: 'SILU', dropout: 0.2, layerNorm: true },
  { kind: 'MLP', hidden: [4, 4], activation: 'GELU', dropout: 0.2, residual: true },
  { kind: 'MLP', hidden: [6], activation: 'GELU', dropout: 0.2, batchNorm: true },
  { kind: 'LINEAR', coupling: 2 },
  { kind: 'ADAPTER', residualRatio: 0.4, reduction: 2 },
  { kind: 'COSINE', scale: 5 },
  { kind: 'COSINE', scale: 5, start: 'LABEL_TEXTS' },
  { kind: 'TEXT_BLENDED', scale: 3 },
  { kind: 'GMLP', tokens: 2, width: 4, depth: 1, dropout: 0.2 },
  { kind: 'MIXER', tokens: 3, width: 4, depth: 1, dropout: 0.2 },
  { kind: 'TRANSFORMER', tokens: 2, width: 4, depth: 1, heads: 2, dropout: 0.2 },
  { kind: 'LABEL_QUERY', tokens: 2, width: 4, heads: 2, dropout: 0.2 },
  { kind: 'LABEL_QUERY', tokens: 3, width: 4, heads: 1, groups: 2, dropout: 0 },
  { kind: 'LABEL_QUERY', tokens: 2, width: 4, heads: 2, dropout: 0.2, queries: 'LABEL_TEXTS' },
  { kind: 'TOKEN_QUERY', width: 4, heads: 2, dropout: 0.2 },
  { kind: 'TOKEN_QUERY', width: 4, heads: 1, groups: 2, dropout: 0, coupling: 1 },
];
/** Heads with nothing to train, with every option. */
export const UNTRAINED_CASES = [
  { kind: 'ZERO_SHOT' },
  { kind: 'ZERO_SHOT', scale: 4, offset: 0.1 },
  { kind: 'KNN', neighbours: 3 },
  { kind: 'KNN', neighbours: 1000, sharpness: 0 },
  { kind: 'TIP_ADAPTER' },
  { kind: 'TIP_ADAPTER', scale: 3, cacheWeight: 2, sharpness: 1, offset: -0.2 },
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
  { kind: 'PARTIAL_BCE' },
  { kind: 'PARTIAL_BCE', weightAtTenth: 10, gamma: -1 },
];
export const OPTIMIZER_CASES = [
  { kind: 'ADAMW', learningRate: 0.01 },
  { kind: 'ADAMW', learningRate: 0.02, weightDecay: 0.5 },
  { kind: 'SGD', learningRate: 0.1 },
  { kind: 'SGD', learningRate: 0.1, momentum: 0.7, nesterov: true, weightDecay: 0.1 },
  { kind: 'ADAM', learningRate: 0.01, weightDecay: 0.1 },
  { kind: 'LION', learningRate: 0.01 },
  { kind: 'SGD', learningRate: 0.3, clipNorm: 0.05 },
  { kind: 'ADAMW', learningRate: 0.01, averageDecay: 0.9 },
];

const ROUNDS = 3;
const LONGEST = Math.max(HEAD_CASES.length, FUSION_CASES.length, LOSS_CASES.length);

/** `fusion`, or another where the head cannot be put on it (src/ml/train/check-fusion.ts). */
export function fusionBeside(head: { kind: string; start?: string }, fusion: { kind: string }) {
  if (head.kind === 'TOKEN_QUERY') {
    const ofTokens: readonly string[] = OF_TOKENS;
    return ofTokens.includes(fusion.kind) ? fusion : { kind: 'CONCAT', modalityDropout: 0.5 };
  }
  const comparesTexts = head.kind === 'TEXT_BLENDED' || head.start === 'LABEL_TEXTS';
  const kinds: readonly string[] = IN_ENCODER_SPACE;
  return comparesTexts && !kinds.includes(fusion.kind) ? { kind: 'MEAN' } : fusion;
}

/** What variants are beside. */
export const BASE = {
  head: { kind: 'MLP', hidden: [6], activation: 'GELU', dropout: 0.3 },
  fusion: { kind: 'CONCAT' },
  loss: { kind: 'BCE' },
  optimizer: { kind: 'ADAMW', learningRate: 0.01 },
};
/** Every variant once, by name. */
export const EACH_ONCE = new Map(
  [
    ...HEAD_CASES.map((head) => ({ ...BASE, head, fusion: fusionBeside(head, BASE.fusion) })),
    ...FUSION_CASES.map((fusion) => ({ ...BASE, fusion })),
    ...LOSS_CASES.map((loss) => ({ ...BASE, loss })),
    ...OPTIMIZER_CASES.map((optimizer) => ({ ...BASE, optimizer })),
  ].map((given) => [Object.values(given).map(nameOf).join(' × '), given]),
);

/** Every head and loss at least three times and every fusion at least twice, each time beside others: all that could meet
 *  would be thousands. */
export const VARIANTS = Array.from({ length: ROUNDS * LONGEST }, (_, i) => {
  const round = Math.floor(i / LONGEST);
  const head = HEAD_CASES[i % HEAD_CASES.length]!;
  const fusion = fusionBeside(head, FUSION_CASES[(i + round) % FUSION_CASES.length]!);
  const loss = LOSS_CASES[(i + 2 * round) % LOSS_CASES.length]!;
  return { name: [head, fusion, loss].map(nameOf).join(' × '), config: { head, fusion, loss } };
});

export function nameOf(given: object): string {
  return Object.values(given).join(' ');
}
