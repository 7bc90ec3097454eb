import { type Limits as ConfiguredLimits, LIMIT_SETTINGS } from '../config-limits.js';

/** What one client may ask for; the same over HTTP and WebSocket where both have it. */
export interface Limits extends ConfiguredLimits {
  /** Characters of a document; values belong into variables. */
  documentLength: number;
  tokens: number;
  /** Selections written in a document; bounds the validation's work, which grows with their square. */
  selections: number;
  directives: number;
  /** Fragments and operations that a document defines. */
  definitions: number;
  /** Pairs of equally named fields in a document, which validation compares with each other. */
  equalFields: number;
  /** Values in the variables: strings, numbers, lists and objects together. */
  variableValues: number;
  /** Sockets that have not said who they are. */
  anonymousSockets: number;
  connectionInitMs: number;
  /** Bytes that may wait for a client that does not read. */
  bufferedBytes: number;
  /** Messages a second from one socket, and how many may come at once. */
  messagesPerSecond: number;
  messageBurst: number;
}

export const DEFAULT_LIMITS: Limits = {
  ...(Object.fromEntries(
    Object.entries(LIMIT_SETTINGS).map(([key, { standard }]) => [key, standard]),
  ) as unknown as ConfiguredLimits),
  documentLength: 100_000,
  tokens: 3000,
  selections: 600,
  directives: 50,
  definitions: 50,
  equalFields: 15_000,
  variableValues: 20_000,
  anonymousSockets: 256,
  connectionInitMs: 3000,
  bufferedBytes: 1024 * 1024,
  messagesPerSecond: 100,
  messageBurst: 500,
};
