// A process to kill while it migrates: tsx migrate-process.ts <url> <migrations>
import { migrate } from '../../src/db/migrate.js';

const [url = '', migrations] = process.argv.slice(2);
console.log('ready');
await migrate(url, { ...(migrations && { migrations }) });
