import { type DestinationStream, type Logger, pino } from 'pino';
import type { LogLevel } from './config.js';

export type { Logger } from 'pino';

/** Fields that hold secrets wherever they appear; a request's headers among them. */
const SECRETS = [
  'token',
  'password',
  'authorization',
  'cookie',
  'databaseUrl',
  '*.token',
  '*.password',
  '*.authorization',
  '*.cookie',
  '*.databaseUrl',
  'req.headers.authorization',
  'req.headers.cookie',
];

/** JSON lines on standard output, or into `destination`. */
export function createLogger(level: LogLevel, destination?: DestinationStream): Logger {
  return pino(
    {
      level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: SECRETS, censor: '[secret]' },
      formatters: { level: (label) => ({ level: label }) },
    },
    destination ?? pino.destination({ dest: 1, sync: true }),
  );
}
