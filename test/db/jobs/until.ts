/** The condition's first true value; asks again and again. @throws when it stays false for too long */
export async function until<T>(
  condition: () => Promise<T | undefined | false | null> | T | undefined | false | null,
  what: string,
  withinMs = 20_000,
): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > deadline) throw new Error(`waited ${withinMs} ms for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
