/** What the navigation lists. */
export const PAGES = [{ path: '/', name: 'Overview' }] as const;
