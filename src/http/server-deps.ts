import type { Logger } from 'pino';
import type { Config } from '../config.js';
import type { Database } from '../db/database.js';
import type { EventHub } from '../db/event-hub.js';
import type { Services } from '../resolvers/context.js';
import type { BlobStore } from '../storage/blob-store.js';
import type { Limits } from './limits.js';

/** What the server needs of the configuration. */
export type ServerConfig = Pick<Config, 'host' | 'port' | 'publicUrl' | 'token'> &
  Partial<Pick<Config, 'limits'>>;

export interface ServerDeps {
  config: ServerConfig;
  logger: Logger;
  db: Database;
  eventHub: EventHub;
  services: Services;
  blobs: BlobStore;
  version: string;
  /** Over those of the configuration. */
  limits?: Partial<Limits>;
  /** What /readyz asks besides the database; resolves to what is not ready, or null. */
  notReady?(): Promise<string | null>;
}
