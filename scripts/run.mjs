// node scripts/run.mjs <command> …: sets the checkout up as far as it is not yet, then runs the command in this same
// process, so that signals, exit codes and kills need no forwarding.
import { requireNode } from './setup/node-version.mjs';

requireNode();

const { runCommand } = await import('./commands.mjs');
await runCommand(process.argv.slice(2));
