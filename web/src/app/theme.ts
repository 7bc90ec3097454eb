import { createTheme, type MantineColorsTuple } from '@mantine/core';

/** A blue-green that keeps WCAG AA against white from shade 7 and against the dark background up to shade 4. */
const wright: MantineColorsTuple = [
  '#e6f7f6',
  '#d3edeb',
  '#a8d9d6',
  '#7ac5c0',
  '#54b4ad',
  '#3ca9a2',
  '#2ba49b',
  '#0d6c65',
  '#0a625b',
  '#045650',
];

export const theme = createTheme({
  primaryColor: 'wright',
  primaryShade: { light: 7, dark: 8 },
  colors: { wright },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif',
  headings: { fontWeight: '650' },
  components: {
    // What scrolls can be reached by keyboard, and shows where there is more.
    TableScrollContainer: { defaultProps: { type: 'native', tabIndex: 0, className: 'scrolls' } },
    Table: { defaultProps: { verticalSpacing: 'xs', highlightOnHover: true } },
    Card: { defaultProps: { withBorder: true, padding: 'lg' } },
    Tooltip: { defaultProps: { withArrow: true, multiline: true, maw: 320 } },
  },
});
