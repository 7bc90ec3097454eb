import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './app/app.css';
import { createRoot } from 'react-dom/client';
import { client } from './api/client.ts';
import { ViewerDocument } from './api/viewer.generated.ts';
import { App } from './app/app.tsx';

// The gate says what went wrong.
client.query({ query: ViewerDocument }).catch(() => {});

createRoot(document.getElementById('root')!).render(<App />);
