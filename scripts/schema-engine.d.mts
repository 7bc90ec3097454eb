export function schemaDifference(options: {
  from: string | undefined;
  to: string;
  url: string;
}): Promise<string>;
