export interface Closeable {
  close(): Promise<void>;
}

/** What `open` makes of several parts, each handed through `opened`; where it throws, none of them stays open. */
export async function openAll<T>(
  open: (opened: <Part extends Closeable>(part: Promise<Part>) => Promise<Part>) => Promise<T>,
): Promise<T> {
  const parts: Closeable[] = [];
  try {
    return await open(async (opening) => {
      const part = await opening;
      parts.push(part);
      return part;
    });
  } catch (error) {
    // On a device that failed closing may fail too; the first error says more.
    for (const part of parts.reverse()) await part.close().catch(() => {});
    throw error;
  }
}
