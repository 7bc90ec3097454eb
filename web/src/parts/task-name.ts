const NAMES: Record<string, string> = {
  'import-dataset': 'Import',
  'embed-dataset': 'Embedding',
  'train-run': 'Training',
  'download-encoder': 'Download',
  'add-encoder': 'Encoder copy',
};

/** What a job does, in a word. */
export function taskName(task: string): string {
  return NAMES[task] ?? task;
}
