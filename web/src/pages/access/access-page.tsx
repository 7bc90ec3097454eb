import { useMutation, useQuery } from '@apollo/client/react';
import { Badge, Table, Text } from '@mantine/core';
import { useContext } from 'react';
import { useMay, ViewerContext } from '../../api/viewer.ts';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { EmptyNote } from '../../parts/empty-note.tsx';
import { dateTime, words } from '../../parts/format.ts';
import { PageTitle } from '../../parts/page-title.tsx';
import { QueryView } from '../../parts/query-view.tsx';
import { RevokeTokenDocument, TokensDocument } from './access.generated.ts';
import { NewTokenButton } from './new-token-button.tsx';

export function Component() {
  const isAdmin = useMay('ADMIN');
  return (
    <>
      {isAdmin ? (
        <Tokens />
      ) : (
        <>
          <PageTitle>Access</PageTitle>
          <EmptyNote>Tokens are made and revoked by administrators.</EmptyNote>
        </>
      )}
    </>
  );
}

function Tokens() {
  const { tokenId } = useContext(ViewerContext);
  const answer = useQuery(TokensDocument);
  const [revoke] = useMutation(RevokeTokenDocument);
  return (
    <>
      <PageTitle side={<NewTokenButton onMade={() => void answer.refetch()} />}>Access</PageTitle>
      <Text size="sm" c="dimmed" mb="sm">
        Viewers read and predict; editors also import archives, train, register and edit;
        administrators also import folders of the server, add encoders and make tokens. A browser
        that came by the sign-in link has a token of its own, named browser.
      </Text>
      <QueryView answer={answer}>
        {({ tokens }) => (
          <Table.ScrollContainer minWidth={640}>
            <Table>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Name</Table.Th>
                  <Table.Th>Role</Table.Th>
                  <Table.Th>Created</Table.Th>
                  <Table.Th>Last used</Table.Th>
                  <Table.Th>Expires</Table.Th>
                  <Table.Td />
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {tokens.map((token) => (
                  <Table.Tr key={token.id}>
                    <Table.Td>
                      {token.name}
                      {token.id === tokenId && (
                        <Badge variant="default" size="sm" tt="none" ml="xs">
                          yours, in use here
                        </Badge>
                      )}
                    </Table.Td>
                    <Table.Td>{words(token.role)}</Table.Td>
                    <Table.Td>{dateTime(token.createdAt)}</Table.Td>
                    <Table.Td>{dateTime(token.lastUsedAt)}</Table.Td>
                    <Table.Td>
                      {token.expiresAt === null ? 'never' : dateTime(token.expiresAt)}
                    </Table.Td>
                    <Table.Td ta="right">
                      <ConfirmButton
                        name="Revoke"
                        size="compact-xs"
                        question={`Whoever uses the token ${token.name} is refused from now on${token.id === tokenId ? ': you too, as this page uses it' : ''}.`}
                        confirm="Revoke the token"
                        onConfirm={async () => {
                          await revoke({ variables: { id: token.id } });
                          await answer.refetch();
                        }}
                      />
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
      </QueryView>
    </>
  );
}
