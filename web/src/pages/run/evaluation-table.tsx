import { useQuery } from '@apollo/client/react';
import { SimpleGrid, Stack, Text } from '@mantine/core';
import type { CopiedQuery } from '../../parts/copy-menu.tsx';
import { EmptyNote } from '../../parts/empty-note.tsx';
import { countOf, metric, words } from '../../parts/format.ts';
import { PlainTable } from '../../parts/plain-table.tsx';
import { QueryView } from '../../parts/query-view.tsx';
import { RunEvaluationDocument, type RunEvaluationQuery } from './run.generated.ts';
import { SplitSwitch, useSplit } from './split-switch.tsx';

type Evaluation = NonNullable<NonNullable<RunEvaluationQuery['run']>['evaluation']>;
type Interval = Evaluation['microF1Interval'];

const between = (interval: Interval) =>
  interval === null ? '' : `${metric(interval.low)} to ${metric(interval.high)}`;

/** Name, value, interval. */
function lines(evaluation: Evaluation): string[][] {
  const { metrics } = evaluation;
  const plain: [string, number | null][] = [
    ['Micro precision', evaluation.microPrecision],
    ['Micro recall', evaluation.microRecall],
    ['Macro precision', evaluation.macroPrecision],
    ['Macro recall', evaluation.macroRecall],
    ['CF1 (of macro precision and recall)', evaluation.harmonicMacroF1],
    ['Weighted F1', metrics.weightedF1],
    ['Micro AP', evaluation.microAveragePrecision],
    ['Weighted AP', evaluation.weightedAveragePrecision],
    ['Macro ROC AUC', evaluation.macroRocAuc],
    ['Micro ROC AUC', evaluation.microRocAuc],
    ['Label ranking AP', evaluation.labelRankingAveragePrecision],
    ['Ranking loss', evaluation.rankingLoss],
    ['Coverage error', evaluation.coverageError],
    ['One-error', evaluation.oneError],
    ['Samples Jaccard', evaluation.samplesJaccard],
    ['Hamming loss', metrics.hammingLoss],
    ['Subset accuracy', metrics.subsetAccuracy],
    ['Macro Brier', evaluation.macroBrier],
    ['Macro ECE', evaluation.macroEce],
    ['Labels of a sample, mean', evaluation.trueCardinality],
    ['Labels predicted for a sample, mean', evaluation.predictedCardinality],
  ];
  return [
    ['mAP', metric(metrics.meanAveragePrecision), between(evaluation.meanAveragePrecisionInterval)],
    ['Micro-F1', metric(metrics.microF1), between(evaluation.microF1Interval)],
    ['Macro-F1', metric(metrics.macroF1), between(evaluation.macroF1Interval)],
    ['Samples-F1', metric(metrics.samplesF1), between(evaluation.samplesF1Interval)],
    ...plain.map(([name, value]) => [name, metric(value), '']),
  ];
}

export function EvaluationTable({ id }: { id: string }) {
  const split = useSplit();
  const query = { document: RunEvaluationDocument, variables: { id, split } };
  const answer = useQuery(query.document, { variables: query.variables });
  return (
    <Stack>
      <SplitSwitch />
      <QueryView answer={answer}>
        {({ run }) =>
          run?.evaluation ? (
            <Figures evaluation={run.evaluation} query={query} />
          ) : (
            <EmptyNote>
              This split has no labelled sample, so there is nothing to evaluate.
            </EmptyNote>
          )
        }
      </QueryView>
    </Stack>
  );
}

function Figures({ evaluation, query }: { evaluation: Evaluation; query: CopiedQuery }) {
  const level = evaluation.microF1Interval?.level ?? 0.95;
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl">
      <PlainTable
        note={
          <Text size="sm" c="dimmed">
            On {countOf(evaluation.numSamples, 'sample')}
          </Text>
        }
        head={['Metric', 'Value', `${Math.round(level * 100)} % interval`]}
        rows={lines(evaluation)}
        query={query}
      />
      <Stack>
        <PlainTable
          title="By how frequent labels are in training"
          head={['Labels', 'Number', 'mAP', 'Macro-F1']}
          rows={evaluation.frequencyGroups.map((group) => [
            GROUPS[group.group],
            String(group.numLabels),
            metric(group.meanAveragePrecision),
            metric(group.macroF1),
          ])}
          query={query}
        />
        <PlainTable
          title="The k best labels of a sample"
          head={['k', 'Precision', 'Recall', 'nDCG']}
          rows={evaluation.atK.map((each) => [
            String(each.k),
            metric(each.precision),
            metric(each.recall),
            metric(each.ndcg),
          ])}
          query={query}
        />
      </Stack>
    </SimpleGrid>
  );
}

const GROUPS = {
  HEAD: `${words('HEAD')}: more than 100`,
  MEDIUM: `${words('MEDIUM')}: 20 to 100`,
  TAIL: `${words('TAIL')}: fewer than 20`,
} as const;
