import { Button, Card, Code, CopyButton, Tabs, Title } from '@mantine/core';
import { snippetsOf } from './snippet-text.ts';
import type { TryInput } from './use-predictions.ts';

/** The same prediction from a program. */
export function Snippets({ model, input }: { model: string; input: TryInput }) {
  const snippets = snippetsOf(location.origin, model, input);
  return (
    <Card w="100%">
      <Title order={2} size="h5" mb="xs">
        The same from a program
      </Title>
      <Tabs defaultValue="GraphQL" keepMounted={false}>
        <Tabs.List>
          {Object.keys(snippets).map((language) => (
            <Tabs.Tab key={language} value={language}>
              {language}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {Object.entries(snippets).map(([language, text]) => (
          <Tabs.Panel key={language} value={language} pt="xs">
            <Code block className="scrolls" tabIndex={0}>
              {text}
            </Code>
            <CopyButton value={text}>
              {({ copied, copy }) => (
                <Button size="xs" variant="default" mt="xs" onClick={copy}>
                  {copied ? 'Copied' : 'Copy'}
                </Button>
              )}
            </CopyButton>
          </Tabs.Panel>
        ))}
      </Tabs>
    </Card>
  );
}
