import { ApolloProvider } from '@apollo/client/react';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { setNonce } from 'get-nonce';
import { RouterProvider } from 'react-router/dom';
import { client } from '../api/client.ts';
import { router } from './routes.tsx';
import { theme } from './theme.ts';

/** The policy lets only style elements with the page's nonce in; Vite leaves it in this element. */
const NONCE = document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce ?? '';
// For the style by which a dialog keeps the page behind it from scrolling.
setNonce(NONCE);

export function App() {
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={() => NONCE}>
      <Notifications position="top-right" />
      <ApolloProvider client={client}>
        <RouterProvider router={router} />
      </ApolloProvider>
    </MantineProvider>
  );
}
