/** As the fragment ModelReferences has it. */
interface Model {
  name: string;
  aliases: readonly { name: string }[];
  versions: { nodes: readonly { number: number }[] };
}

/** As `photos@champion` and `photos/3`. */
export function modelReferences(models: readonly Model[]): string[] {
  return models.flatMap(({ name, aliases, versions }) => [
    ...aliases.map((alias) => `${name}@${alias.name}`),
    ...versions.nodes.map(({ number }) => `${name}/${number}`),
  ]);
}
