import { ActionIcon, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';

export function ColourSchemeButton() {
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  const other = scheme === 'dark' ? 'light' : 'dark';
  return (
    <ActionIcon
      variant="default"
      size="lg"
      onClick={() => setColorScheme(other)}
      aria-label={`Switch to ${other} colours`}
      title={`Switch to ${other} colours`}
    >
      {scheme === 'dark' ? '☀' : '☾'}
    </ActionIcon>
  );
}
