// One request to the API. EXAMPLE_URL and EXAMPLE_TOKEN_FILE say where it is, if it is not the default.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

const url = process.env.EXAMPLE_URL ?? 'http://127.0.0.1:4000';
export const token = readToken(process.env.EXAMPLE_TOKEN_FILE ?? 'data/admin-token');
export const socketUrl = `${url.replace('http', 'ws')}/graphql`;

// Who reads the output may have had enough of it: `… | head`.
process.stdout.on('error', (error) => process.exit(error.code === 'EPIPE' ? 0 : 1));

function readToken(file) {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    console.error(
      `no token: ${error.message}. Say by EXAMPLE_TOKEN_FILE where it lies, and by EXAMPLE_URL where the server is.`,
    );
    process.exit(1);
  }
}

export async function query(text, variables) {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const body = JSON.stringify({ query: text, variables });
  const { data, errors } = await (
    await fetch(`${url}/graphql`, { method: 'POST', headers, body })
  ).json();
  if (errors) throw new Error(errors[0].message);
  return data;
}

/** Runs a program's main part, where it is the program that was started: usage if arguments are missing, errors in a line. */
export async function run(url, names, main) {
  const file = fileURLToPath(url);
  if (basename(process.argv[1]) !== basename(file)) return;
  const given = process.argv.slice(2);
  if (given.length < names.length) {
    console.error(
      `usage: node examples/${basename(file)} ${names.map((name) => `<${name}>`).join(' ')}`,
    );
    process.exit(2);
  }
  await main(...given).catch((error) => {
    console.error(error.message);
    process.exit(1);
  });
}
