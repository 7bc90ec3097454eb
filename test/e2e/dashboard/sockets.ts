import type { Page, WebSocketRoute } from 'playwright-core';
import { until } from '../../db/jobs/until.js';

export interface Sockets {
  /** From now on each stream of a socket brings its first event alone, so that nothing that is followed ends. */
  holdBack(): void;
  /** Drops the page's latest socket; those that it opens then bring all, and connect when the test lets them. */
  drop(): Promise<{ letConnect(): void }>;
}

/** The sockets by which a page follows what happens. */
export async function routeSockets(page: Page): Promise<Sockets> {
  let latest: WebSocketRoute | undefined;
  let isHeldBack = false;
  let mayConnect = Promise.resolve();
  // Those of the document before are gone.
  page.on('request', (request) => {
    if (request.isNavigationRequest() && request.frame() === page.mainFrame()) latest = undefined;
  });
  await page.routeWebSocket(/\/graphql$/, async (socket) => {
    await mayConnect;
    const begun = new Set<string>();
    const server = socket.connectToServer();
    server.onMessage((message) => {
      const { type, id } = JSON.parse(`${message}`) as { type: string; id: string };
      if (isHeldBack && (type === 'complete' || begun.has(id))) return;
      if (type === 'next') begun.add(id);
      socket.send(message);
    });
    latest = socket;
  });
  return {
    holdBack() {
      isHeldBack = true;
    },
    async drop() {
      const socket = await until(() => latest, 'a socket of the page');
      isHeldBack = false;
      let letConnect = () => {};
      mayConnect = new Promise((resolve) => {
        letConnect = resolve;
      });
      await socket.close({ code: 1011, reason: 'the test drops it' });
      return { letConnect };
    },
  };
}
