import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// `node scripts/run.mjs setup` builds the pages; the server puts a nonce of its own in the place of this one.
export default defineConfig({
  plugins: [react()],
  html: { cspNonce: '__NONCE__' },
  build: {
    target: 'es2022',
    // An image in the style sheet would be a data: address, which the policy allows for pictures alone.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
    reportCompressedSize: false,
  },
  server: {
    // `npx vite web` beside a server on its default port.
    proxy: Object.fromEntries(
      ['/graphql', '/files', '/sign-in'].map((path) => [
        path,
        { target: 'http://127.0.0.1:4000', ws: path === '/graphql' },
      ]),
    ),
  },
});
