/** Ends the process, with a sentence, where Node is too old: in words that the oldest Node with modules still reads. */
export function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const fits = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major >= 24;
  if (fits) return;
  console.error(
    `Clipwright runs on Node 20.19+, 22.12+ or 24+, but this is Node ${process.versions.node}.`,
  );
  process.exit(1);
}
