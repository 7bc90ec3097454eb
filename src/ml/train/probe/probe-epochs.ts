import type { TensorData } from '../../graph/dtype.js';
import type { OptimizerConfig } from '../../nn/optimizers/table.js';
import type { Tensors } from '../../runtime/session.js';
import { DivergedError } from '../diverged.js';
import type { EpochGround, EpochSource } from '../epoch-source.js';
import type { FitOptions } from '../fit.js';
import { buildFeatures } from '../model.js';
import { trainedRows } from '../trained-rows.js';
import { chunkRows, LogisticProblems } from './logistic-problems.js';
import { type LbfgsMemory, minimizeMany } from './many-lbfgs.js';
import { buildProbe } from './probe-graph.js';

/** Far more than any fit that was seen took; one that is still unsolved then is kept as it is, with a warning. */
const MAX_EVALUATIONS = 1000;

/** How far along its epoch a fit is after so many evaluations: nobody knows before its end, so it never quite arrives. */
const shareDone = (evaluations: number): number => evaluations / (evaluations + 10);

/**
 * Epochs of which each is the fit of one penalty, from where the one before ended: neighbours are near each other, and what
 * was learned of the curvature serves on, as a penalty adds to it exactly what it says.
 */
export async function openProbeEpochs(
  { config, engine, signal, onProgress, onWarning }: FitOptions,
  { source, dims, statistics, threads, state }: EpochGround,
): Promise<EpochSource> {
  const { penalties, tolerance } = settingsOf(config.optimizer);
  const rows = await trainedRows(
    engine,
    { config, dims, source },
    (embeds) => buildFeatures(embeds, config.fusion),
    { shared: source.shared, threads },
    signal,
  );
  const { width, numLabels } = rows;
  const { hasUnknowns } = source;
  const shape = { rows: chunkRows(source.train.length), width, numLabels, hasUnknowns };
  const graph = buildProbe(config.loss, shape, statistics);
  const runner = await engine.openGraph(graph, { shared: {}, threads });
  const problems = new LogisticProblems(rows, runner, signal);
  const points = (state?.points?.data as Float32Array | undefined) ?? problems.start();
  const memory = readMemory(state ?? {});
  return {
    async state() {
      return { points: rowsOf(points, numLabels), ...writeMemory(memory, numLabels) };
    },
    async weights() {
      const { weight, bias } = problems.parameters(points);
      return {
        'head.output.weight': rowsOf(weight, numLabels),
        'head.output.bias': { dtype: 'float32', shape: [numLabels], data: bias },
      };
    },
    async run(epoch) {
      const penalty = penalties[epoch - 1]!;
      const before = penalties[epoch - 2];
      if (before !== undefined) stiffen(memory, penalty - before, width);
      problems.penalty = penalty;
      const { values, unsolved, evaluations } = await minimizeMany(problems, points, memory, {
        tolerance,
        maxEvaluations: MAX_EVALUATIONS,
        onEvaluation: (evaluations) =>
          onProgress?.({
            epoch,
            step: epoch - 1 + shareDone(evaluations),
            totalSteps: penalties.length,
          }),
      });
      const trainLoss = values.reduce((sum, value) => sum + value, 0) / numLabels;
      if (!Number.isFinite(trainLoss)) throw new DivergedError(epoch, null, 'the training loss');
      if (unsolved > 0) {
        onWarning?.(
          `penalty ${penalty}: ${unsolved} of ${numLabels} labels did not reach the tolerance of ${tolerance} in ` +
            `${evaluations} evaluations and are kept as they are; try a larger \`optimizer.tolerance\``,
        );
      }
      return { trainLoss: trainLoss - problems.penaltyOf(points), learningRate: 0 };
    },
    close: () => runner.close(),
  };
}

function settingsOf(optimizer: OptimizerConfig) {
  if (optimizer.kind !== 'LBFGS') throw new Error('expected LBFGS');
  return optimizer;
}

/** Changes of the gradient as they would have been with another penalty; the last coordinate, a bias, has none. */
function stiffen({ steps, changes }: LbfgsMemory, by: number, width: number): void {
  changes.forEach((change, at) => {
    const step = steps[at]!;
    for (let i = 0; i < change.length; i++) {
      if (i % (width + 1) !== width) change[i] = change[i]! + by * step[i]!;
    }
  });
}

function rowsOf(data: Float32Array, numLabels: number): TensorData {
  return { dtype: 'float32', shape: [numLabels, data.length / numLabels], data };
}

function writeMemory({ steps, changes }: LbfgsMemory, numLabels: number): Tensors {
  const entries = steps.flatMap((step, at) => [
    [`steps.${at}`, rowsOf(step, numLabels)],
    [`changes.${at}`, rowsOf(changes[at]!, numLabels)],
  ]);
  return Object.fromEntries(entries);
}

function readMemory(state: Tensors): LbfgsMemory {
  const memory: LbfgsMemory = { steps: [], changes: [] };
  for (let at = 0; state[`steps.${at}`]; at++) {
    memory.steps.push(state[`steps.${at}`]!.data as Float32Array);
    memory.changes.push(state[`changes.${at}`]!.data as Float32Array);
  }
  return memory;
}
