import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import WebSocket from 'ws';

/** Debian's, where it is installed. */
export const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find(existsSync);

export interface Page {
  /** Every address that the page has asked for. */
  requests: string[];
  /** Exceptions, and what the console or the browser has complained about. */
  complaints: string[];
  open(url: string): Promise<void>;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the expression gives
  evaluate(expression: string): Promise<any>;
  close(): Promise<void>;
}

/** A real browser with one empty page, spoken to by its debugging protocol. */
export async function openBrowser(): Promise<Page> {
  const profile = await mkdtemp(join(tmpdir(), 'clipwright-chromium-'));
  const child = spawn(
    CHROMIUM!,
    [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-dev-shm-usage',
      '--remote-debugging-port=0',
      `--user-data-dir=${profile}`,
      '--window-size=1400,900',
      'about:blank',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const endpoint = await new Promise<string>((resolve, reject) => {
    child.once('exit', () => reject(new Error('chromium has ended')));
    createInterface({ input: child.stderr }).on('line', (line) => {
      const match = /DevTools listening on (ws:\S+)/.exec(line);
      if (match) resolve(match[1]!);
    });
  });
  const { host } = new URL(endpoint);
  const targets = (await (await fetch(`http://${host}/json/list`)).json()) as {
    type: string;
    webSocketDebuggerUrl: string;
  }[];
  const socket = new WebSocket(targets.find((each) => each.type === 'page')!.webSocketDebuggerUrl);
  await new Promise((resolve) => socket.once('open', resolve));

  const requests: string[] = [];
  const complaints: string[] = [];
  // biome-ignore lint/suspicious/noExplicitAny: the protocol's messages
  const waiting = new Map<number, (message: any) => void>();
  let number = 0;
  socket.on('message', (data) => {
    const message = JSON.parse(data.toString());
    if (message.id) waiting.get(message.id)?.(message);
    const { method, params } = message;
    if (method === 'Network.requestWillBeSent') requests.push(params.request.url);
    if (method === 'Network.webSocketCreated') requests.push(params.url);
    if (method === 'Runtime.exceptionThrown') {
      complaints.push(
        params.exceptionDetails.exception?.description ?? params.exceptionDetails.text,
      );
    }
    if (method === 'Log.entryAdded' && params.entry.level === 'error')
      complaints.push(`${params.entry.text} ${params.entry.url ?? ''}`);
  });
  // biome-ignore lint/suspicious/noExplicitAny: as above
  const command = (method: string, params: object = {}): Promise<any> =>
    new Promise((resolve, reject) => {
      number += 1;
      waiting.set(number, ({ result, error }) =>
        error ? reject(new Error(error.message)) : resolve(result),
      );
      socket.send(JSON.stringify({ id: number, method, params }));
    });
  for (const domain of ['Page', 'Runtime', 'Network', 'Log']) await command(`${domain}.enable`);

  return {
    requests,
    complaints,
    open: (url) => command('Page.navigate', { url }),
    evaluate: async (expression) =>
      (await command('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true }))
        .result.value,
    close: async () => {
      socket.close();
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill();
      await ended;
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
