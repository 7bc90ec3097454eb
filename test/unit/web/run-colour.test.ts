import { expect, test } from 'vitest';
import { runLook, runLooks } from '../../../web/src/parts/run-colour.ts';

test('a run has the same look alone wherever it is shown', () => {
  const id = crypto.randomUUID();
  expect(runLook(id)).toEqual(runLook(id));
  expect(runLooks([id]).get(id)).toEqual(runLook(id));
});

test('runs shown together have looks of their own, and up to ten colours of their own', () => {
  for (let trial = 0; trial < 200; trial++) {
    const ids = Array.from({ length: 1 + (trial % 16) }, () => crypto.randomUUID());
    const looks = [...runLooks(ids).values()];
    expect(new Set(looks.map(({ colour, dash }) => `${colour} ${dash}`)).size).toBe(ids.length);
    if (ids.length <= 10) expect(new Set(looks.map(({ colour }) => colour)).size).toBe(ids.length);
  }
});
