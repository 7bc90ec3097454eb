import { useQuery } from '@apollo/client/react';
import { Stack, Text, Title } from '@mantine/core';
import { useParams } from 'react-router';
import { EmptyNote } from '../../parts/empty-note.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { QueryView } from '../../parts/query-view.tsx';
import { AliasTable } from './alias-table.tsx';
import { ModelDocument, type ModelQuery } from './model.generated.ts';
import { VersionCard } from './version-card.tsx';

export type Model = NonNullable<ModelQuery['model']>;
export type Version = Model['versions']['nodes'][number];

export function Component() {
  const { name = '' } = useParams();
  const answer = useQuery(ModelDocument, { variables: { name } });
  return (
    <QueryView answer={answer}>
      {({ model }) =>
        model === null ? (
          <EmptyNote>There is no such model (any more).</EmptyNote>
        ) : (
          <>
            <PageTitle>{model.name}</PageTitle>
            {model.description && <Text mb="sm">{model.description}</Text>}
            <Stack>
              <AliasTable model={model} refetch={() => void answer.refetch()} />
              <Title order={2} size="h4">
                Versions
              </Title>
              {model.versions.nodes.map((version) => (
                <VersionCard
                  key={version.id}
                  model={model}
                  version={version}
                  refetch={() => void answer.refetch()}
                />
              ))}
            </Stack>
          </>
        )
      }
    </QueryView>
  );
}
