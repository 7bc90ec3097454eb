import type { ErrorCode } from '../../errors/registry.js';

/** What a child process offers: for each method what it takes, gives, and may report on the way. */
export type ProcessMethods = Record<
  string,
  { readonly payload: unknown; readonly result: unknown; readonly event?: unknown }
>;

/** Sent as structured clones ('advanced' serialization), so typed arrays travel as bytes. */
export type ParentMessage =
  | {
      readonly kind: 'request';
      readonly id: number;
      readonly method: string;
      readonly payload: unknown;
    }
  | { readonly kind: 'abort'; readonly id: number };

export type ChildMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'event'; readonly id: number; readonly event: unknown }
  | {
      readonly kind: 'result';
      readonly id: number;
      readonly value: unknown;
      readonly rssBytes: number;
    }
  | {
      readonly kind: 'failure';
      readonly id: number;
      readonly error: SerializedError;
      readonly rssBytes: number;
    };

/** `code` is null for anything but a ClipwrightError: nobody planned for it, and clients must not see it. */
export interface SerializedError {
  readonly code: ErrorCode | null;
  readonly message: string;
  readonly stack: string | undefined;
  readonly retryable: boolean;
}
