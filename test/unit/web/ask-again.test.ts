import { expect, test } from 'vitest';
import { askAgain } from '../../../web/src/api/ask-again.ts';

/** Answers when the test lets it. */
function asking() {
  const answers: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const tell = askAgain(
    () => new Promise<void>((resolve, reject) => answers.push({ resolve, reject })),
  );
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  return { answers, tell, settled };
}

test('what happens while an answer is under way is asked for once more, and only once', async () => {
  const { answers, tell, settled } = asking();
  tell();
  tell();
  tell();
  await settled();
  expect(answers).toHaveLength(1);
  answers[0]!.resolve();
  await settled();
  expect(answers).toHaveLength(2);
  answers[1]!.resolve();
  await settled();
  expect(answers).toHaveLength(2);
});

test('a failed answer does not keep the next from being asked for', async () => {
  const { answers, tell, settled } = asking();
  tell();
  answers[0]!.reject(new Error('no connection'));
  await settled();
  tell();
  expect(answers).toHaveLength(2);
});
