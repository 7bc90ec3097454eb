type Write = (fields: object, message: string) => void;

/** What the jobs need of pino. */
export interface JobLogger {
  debug: Write;
  info: Write;
  warn: Write;
  error: Write;
}
