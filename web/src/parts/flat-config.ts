/**
 * A configuration as lines: `head.kind` → `MLP`. Options that its kinds do not have are null there, and left out.
 */
export function flatConfig(config: object, prefix = ''): Map<string, string> {
  const lines = new Map<string, string>();
  for (const [name, value] of Object.entries(config)) {
    if (value === null || value === undefined || name === '__typename') continue;
    if (typeof value === 'object' && !Array.isArray(value)) {
      for (const [key, text] of flatConfig(value, `${prefix}${name}.`)) lines.set(key, text);
    } else {
      lines.set(`${prefix}${name}`, Array.isArray(value) ? value.join(', ') : String(value));
    }
  }
  return lines;
}
