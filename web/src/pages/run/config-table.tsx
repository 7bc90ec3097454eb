import { RunDocument } from '../../api/run.generated.ts';
import { flatConfig } from '../../parts/flat-config.ts';
import { PlainTable } from '../../parts/plain-table.tsx';
import type { RunDetails } from './run-page.tsx';

export function ConfigTable({ run }: { run: RunDetails }) {
  return (
    <PlainTable
      head={['Option', 'Value']}
      rows={[...flatConfig(run.config)]}
      numWords={2}
      query={{ document: RunDocument, variables: { id: run.id } }}
    />
  );
}
