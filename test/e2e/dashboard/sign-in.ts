import { until } from '../../db/jobs/until.js';
import type { Visit } from './visit.js';

/** @param output of the server, which prints a link that works once */
export async function signIn({ page }: Visit, output: readonly string[]): Promise<void> {
  const link = () => /sign in by (\S+)/.exec(output.join('\n'))?.[1];
  await page.goto(await until(link, 'the link that signs in'));
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
}
