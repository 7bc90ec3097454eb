/** What the set-up compresses files to, the smaller first (scripts/setup/compress-assets.mjs). */
const ENCODINGS = [
  { name: 'br', suffix: '.br' },
  { name: 'gzip', suffix: '.gz' },
] as const;

/**
 * The first encoding that the client takes and a file exists in; RFC 9110, section 12.5.3.
 * @param header `Accept-Encoding`, such as `gzip, br;q=0.9`
 * @param exists whether there is the file with a suffix
 */
export function acceptedEncoding(
  header: string | string[] | undefined,
  exists: (suffix: string) => boolean,
): (typeof ENCODINGS)[number] | undefined {
  const accepted = new Set(
    String(header ?? '')
      .toLowerCase()
      .split(',')
      .map((entry) => entry.split(';').map((part) => part.trim()))
      .filter(([, weight]) => !weight || Number(weight.replace(/^q=/, '')) > 0)
      .map(([name]) => name),
  );
  return ENCODINGS.find(({ name, suffix }) => accepted.has(name) && exists(suffix));
}
