/** What the navigation lists. */
export const PAGES = [
  { path: '/', name: 'Overview' },
  { path: '/datasets', name: 'Datasets' },
  { path: '/encoders', name: 'Encoders' },
  { path: '/runs', name: 'Runs' },
  { path: '/compare', name: 'Compare' },
  { path: '/experiments', name: 'Experiments' },
  { path: '/models', name: 'Models' },
  { path: '/try', name: 'Try it' },
  { path: '/predictions', name: 'Predictions' },
  { path: '/access', name: 'Access' },
] as const;
