import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

/** Playwright waits so long for what it clicks on and reads. */
const PATIENCE_MS = 60_000;

/** Debian's, where it is installed. */
export const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find(existsSync);

export interface Visit {
  page: Page;
  context: BrowserContext;
  /** Every address that a page has asked for. */
  requests: string[];
  /** Exceptions, and what the console has complained about. */
  complaints: string[];
  close(): Promise<void>;
}

/** A browser with one page, which remembers what pages ask for and complain about. */
export async function openVisit(
  options: { colorScheme?: 'light' | 'dark'; width?: number } = {},
): Promise<Visit> {
  const browser: Browser = await chromium.launch({
    executablePath: CHROMIUM!,
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
  });
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1360, height: 900 },
    colorScheme: options.colorScheme ?? 'light',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('websocket', (socket) => requests.push(socket.url()));
  page.on('pageerror', (error) => complaints.push(error.stack ?? error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  return { page, context, requests, complaints, close: () => browser.close() };
}

/** A file that is dragged from outside the browser and dropped. */
export async function dropFile(page: Page, selector: string, file: string): Promise<void> {
  const bytes = (await readFile(file)).toString('base64');
  const transfer = await page.evaluateHandle(
    `(() => {
      const bytes = Uint8Array.from(atob('${bytes}'), (letter) => letter.charCodeAt(0));
      const transfer = new DataTransfer();
      transfer.items.add(new File([bytes], '${path.basename(file)}'));
      return transfer;
    })()`,
  );
  await page.dispatchEvent(selector, 'dragover', { dataTransfer: transfer });
  await page.dispatchEvent(selector, 'drop', { dataTransfer: transfer });
}

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe-core finds serious or critical on the page as it is, one line each. */
export async function seriousFindings(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  // It judges no contrast before a gradient.
  const shade = (image: string) =>
    page.evaluate(
      `for (const each of document.querySelectorAll('.scrolls')) each.style.backgroundImage = '${image}'`,
    );
  await shade('none');
  const violations = (await page.evaluate(
    'axe.run(document, { resultTypes: ["violations"] }).then((found) => found.violations)',
  )) as { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[];
  await shade('');
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`.slice(0, 400)),
    );
}
