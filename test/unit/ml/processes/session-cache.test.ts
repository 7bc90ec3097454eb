import { expect, it } from 'vitest';
import { SessionCache } from '../../../../src/ml/processes/session-cache.js';
import { Turns } from '../../../../src/ml/processes/turns.js';

function sessions() {
  const log: string[] = [];
  const open = (name: string) => async () => {
    log.push(`open ${name}`);
    return { name, close: async () => void log.push(`close ${name}`) };
  };
  return { log, open };
}

it('opens once, keeps the latest and closes the one not used for longest', async () => {
  const { log, open } = sessions();
  const cache = new SessionCache<{ name: string; close(): Promise<void> }>(2);
  await Promise.all([cache.get('a', open('a')), cache.get('a', open('a'))]);
  await cache.get('b', open('b'));
  await cache.get('a', open('a'));
  await cache.get('c', open('c'));
  expect(log).toEqual(['open a', 'open b', 'open c', 'close b']);
});

it('tries again after a failure', async () => {
  const { open } = sessions();
  const cache = new SessionCache<{ name: string; close(): Promise<void> }>(2);
  await expect(cache.get('a', () => Promise.reject(new Error('no file')))).rejects.toThrow();
  expect(await cache.get('a', open('a'))).toMatchObject({ name: 'a' });
});

it('turns follow one another, failures included', async () => {
  const turns = new Turns();
  const log: string[] = [];
  const work = (name: string) => async () => {
    log.push(`begin ${name}`);
    await new Promise((resolve) => setImmediate(resolve));
    log.push(`end ${name}`);
    if (name === 'a') throw new Error(name);
  };
  await Promise.allSettled([turns.take(work('a')), turns.take(work('b'))]);
  expect(log).toEqual(['begin a', 'end a', 'begin b', 'end b']);
});
