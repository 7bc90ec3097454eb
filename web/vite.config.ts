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
    chunkSizeWarningLimit: 1000,
    reportCompressedSize: false,
    rolldownOptions: {
      output: {
        codeSplitting: {
          // A page of many small files waits for each of them: what several pages need is two files, the charts a third.
          groups: [
            { name: 'charts', test: /node_modules.(echarts|zrender)/, priority: 2 },
            { name: 'library', test: /node_modules/, priority: 1 },
            // Not what draws the charts, which would bring their library along.
            {
              name: 'parts',
              test: /web.src.(parts.(?!chart-canvas|chart-warm-up)|api.)/,
              priority: 0,
            },
          ],
        },
      },
    },
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
