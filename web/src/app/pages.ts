/** What the navigation lists. */
export const PAGES = [
  { path: '/', name: 'Overview' },
  { path: '/runs', name: 'Runs' },
] as const;
