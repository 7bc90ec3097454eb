interface Bin {
  from: number;
  to: number;
  count: number;
  positiveShare: number | null;
}

export interface ThresholdFigures {
  threshold: number;
  precision: number | null;
  recall: number | null;
  f1: number;
}

/**
 * What a label reaches where it is predicted from the edge of a bin on. The bins count every sample and its positives, so
 * at their edges this is exact; between them nothing is known.
 * @returns from low to high, one for each bin's lower edge
 */
export function figuresAtEdges(bins: readonly Bin[]): ThresholdFigures[] {
  const positives = bins.map((bin) => Math.round(bin.count * (bin.positiveShare ?? 0)));
  const support = positives.reduce((sum, each) => sum + each, 0);
  return bins.map((bin, at) => {
    const hits = positives.slice(at).reduce((sum, each) => sum + each, 0);
    const predicted = bins.slice(at).reduce((sum, { count }) => sum + count, 0);
    return {
      threshold: bin.from,
      precision: predicted === 0 ? null : hits / predicted,
      recall: support === 0 ? null : hits / support,
      f1: predicted + support === 0 ? 0 : (2 * hits) / (predicted + support),
    };
  });
}
