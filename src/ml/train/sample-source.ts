import type { ByModality } from '../nn/modality.js';
import type { TokenShapes } from '../nn/token-shape.js';
import type { Tensors } from '../runtime/session.js';
import type { RunSamples } from './fit-data.js';

/** Some samples as the graphs are fed them. */
export interface SampleWindow {
  /** What `EngineOptions.shared` lacks: features and targets, good until the next window is asked for. */
  readonly feeds: Tensors;
  /** Where each row that was asked for lies in features and targets. */
  readonly rows: Int32Array;
}

/** The labelled samples of a run, in memory or read as they are needed; whoever opens it closes it. */
export interface SampleSource extends RunSamples {
  /** Of the whole dataset. */
  readonly samples: number;
  /** Length of an embedding, for each modality that the fusion needs. */
  readonly embeds: ByModality<number>;
  /** Where they are rows of tokens. */
  readonly tokens?: TokenShapes | undefined;
  /** Whether some sample has a label that is unknown. */
  readonly hasUnknowns: boolean;
  /** Features and targets where they are the same for every window, nothing where windows bring their own. */
  readonly shared: Tensors;
  /** The most rows that a window should have. */
  readonly windowRows: number;
  /** A window for each list of rows, in order. The next may be read while one is used. */
  windows(lists: Iterable<Int32Array>): AsyncIterable<SampleWindow>;
  /** `[rows.length, L]`, as the graphs are fed them. */
  targetsOf(rows: Int32Array): Uint8Array;
  close(): Promise<void>;
}
