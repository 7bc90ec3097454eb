/** What the navigation lists. */
export const PAGES = [
  { path: '/', name: 'Overview' },
  { path: '/datasets', name: 'Datasets' },
  { path: '/runs', name: 'Runs' },
] as const;
