import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { Button, Group, Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { print } from 'graphql';
import { type TextTable, toCsv, toLatex, toMarkdown } from './table-text.ts';

/** The query behind a table, with the values of its variables. */
export interface CopiedQuery {
  document: TypedDocumentNode<unknown, never>;
  variables: object;
}

/** Copies what a table shows, and the query behind it. */
export function CopyMenu({ table, query }: { table: () => TextTable; query?: CopiedQuery }) {
  const copy = (name: string, text: () => string) => async () => {
    await navigator.clipboard.writeText(text());
    notifications.show({ message: `Copied as ${name}.` });
  };
  return (
    <Group gap={4} wrap="nowrap">
      <Menu>
        <Menu.Target>
          <Button variant="default" size="xs">
            Copy
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={copy('CSV', () => toCsv(table()))}>CSV</Menu.Item>
          <Menu.Item onClick={copy('Markdown', () => toMarkdown(table()))}>Markdown</Menu.Item>
          <Menu.Item onClick={copy('LaTeX', () => toLatex(table()))}>LaTeX</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {query && (
        <Button
          variant="default"
          size="xs"
          title="Copies the query whose answer the table shows"
          onClick={copy('a GraphQL query', () => queryText(query))}
        >
          GraphQL
        </Button>
      )}
    </Group>
  );
}

function queryText({ document, variables }: CopiedQuery): string {
  return `${print(document)}\n\n# Variables:\n# ${JSON.stringify(variables)}\n`;
}
