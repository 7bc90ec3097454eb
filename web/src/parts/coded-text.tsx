import { Code } from '@mantine/core';

/** A sentence of the server's, in which commands and settings stand between backticks. */
export function CodedText({ children }: { children: string }) {
  return children.split(/`([^`]+)`/).map((part, at) =>
    // biome-ignore lint/suspicious/noArrayIndexKey: its place is all that a part of a sentence is known by
    at % 2 === 1 ? <Code key={at}>{part}</Code> : part,
  );
}
