import { useApolloClient } from '@apollo/client/react';
import { Button, Card, Center, Code, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { problemOf } from '../api/problem.ts';
import { forgetToken, keepToken } from '../api/session.ts';
import { ViewerDocument } from '../api/viewer.generated.ts';

export function SignInPage() {
  const client = useApolloClient();
  const [token, setToken] = useState('');
  const [problem, setProblem] = useState<string | null>(null);

  const signIn = async (event: FormEvent) => {
    event.preventDefault();
    keepToken(token.trim());
    try {
      await client.query({ query: ViewerDocument, fetchPolicy: 'network-only' });
      location.reload();
    } catch (error) {
      forgetToken();
      const { code, message } = problemOf(error);
      setProblem(code === 'UNAUTHENTICATED' ? 'The server does not know this token.' : message);
    }
  };

  return (
    <Center component="main" mih="100vh" p="md">
      <Card maw={480} w="100%" shadow="sm">
        <Stack component="form" onSubmit={signIn}>
          <Title order={1} size="h2">
            Clipwright
          </Title>
          <Text>
            Open the sign-in link that the server printed when it started. It works once, within ten
            minutes; a restart prints another.
          </Text>
          <Text>
            Or give a token: that of an administrator is in the file <Code>admin-token</Code> of the
            data directory.
          </Text>
          <PasswordInput
            label="Token"
            placeholder="cw_…"
            autoComplete="off"
            value={token}
            onChange={(event) => setToken(event.currentTarget.value)}
            error={problem}
          />
          <Button type="submit" disabled={token.trim() === ''}>
            Sign in
          </Button>
        </Stack>
      </Card>
    </Center>
  );
}
