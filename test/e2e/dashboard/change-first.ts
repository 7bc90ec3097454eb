import type { Page, Route } from 'playwright-core';

const API = /\/graphql$/;

/**
 * Makes the first answer to a query say something earlier than what is so; the page gets the next ones only when the
 * test goes on.
 */
export async function changeFirst(
  page: Page,
  operation: string,
  // biome-ignore lint/suspicious/noExplicitAny: whatever the page selects
  change: (data: any) => void,
): Promise<{ goOn(): Promise<void> }> {
  let isFirst = true;
  let letOn = () => {};
  const mayGoOn = new Promise<void>((resolve) => {
    letOn = resolve;
  });
  const handle = async (route: Route) => {
    const asked = route.request().postDataJSON() as { operationName?: string } | null;
    if (asked?.operationName !== operation) return route.fallback();
    if (!isFirst) {
      await mayGoOn;
      return route.fallback();
    }
    isFirst = false;
    const response = await route.fetch();
    const answer = await response.json();
    change(answer.data);
    await route.fulfill({ response, json: answer });
  };
  await page.route(API, handle);
  return {
    async goOn() {
      letOn();
      await page.unroute(API, handle);
    },
  };
}
