// A process that starts an embedded PostgreSQL, to be killed: tsx embedded-process.ts <directory>
// Prints 'pid <postmaster>' and 'url <url>', 'restarted <postmaster>' after a restart; stops on SIGTERM.
import { startEmbeddedPostgres } from '../../src/db/embedded/embedded-postgres.js';

const [directory = ''] = process.argv.slice(2);
const note = (fields: object, message: string) =>
  process.stderr.write(`${message} ${JSON.stringify(fields)}\n`);

try {
  const server = await startEmbeddedPostgres({
    directory,
    logger: { info: note, warn: note, error: note },
  });
  process.stdout.write(`pid ${server.pid()}\nurl ${server.url}\n`);
  server.onRestart(() => process.stdout.write(`restarted ${server.pid()}\n`));
  const alive = setInterval(() => {}, 1000);
  process.on('SIGTERM', async () => {
    await server.stop();
    clearInterval(alive);
  });
} catch (error) {
  process.stdout.write(`failed ${(error as Error).message}\n`);
}
