import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { expect } from 'vitest';

/** Where `npm run screenshots` wants pictures of what the tests see; the tests alone take none. */
export const PICTURES = process.env.CLIPWRIGHT_SCREENSHOTS;

/** The page as it is, light and dark. @param name of the file, with a folder where there is one */
export async function takePictures(page: Page, name: string): Promise<void> {
  if (!PICTURES) return;
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const file = path.join(PICTURES, `${name}-${colorScheme}.webp`);
    await mkdir(path.dirname(file), { recursive: true });
    await sharp(await drawn(page))
      .webp({ quality: 80, effort: 6 })
      .toFile(file);
  }
  await page.emulateMedia({ colorScheme: 'light' });
}

/** Whether every photo in view is there; those below it are fetched when somebody scrolls. */
const IN_VIEW_LOADED = `[...document.images].every((image) =>
  image.complete || image.getBoundingClientRect().top > innerHeight)`;

/** Photos and charts come after the page: it is drawn when nothing changes any more, as far as it stands still at all. */
async function drawn(page: Page): Promise<Buffer> {
  await page.waitForLoadState('networkidle');
  // Its own content security policy keeps a page from evaluating what Playwright would wait for.
  await expect.poll(() => page.evaluate(IN_VIEW_LOADED), { timeout: 30_000 }).toBe(true);
  let before = await page.screenshot();
  for (let i = 0; i < 20; i++) {
    const now = await page.screenshot();
    if (now.equals(before)) return now;
    before = now;
  }
  return before;
}
