import { AppShell, Badge, Burger, Group, NavLink, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useEffect } from 'react';
import { Link, Outlet, ScrollRestoration, useLocation } from 'react-router';
import { type Viewer, ViewerContext } from '../api/viewer.ts';
import { ColourSchemeButton } from './colour-scheme-button.tsx';
import { ConnectionNotice } from './connection-notice.tsx';
import { PAGES } from './pages.ts';
import { preload } from './preload.ts';
import { SignOutButton } from './sign-out-button.tsx';

export function Shell({ viewer }: { viewer: Viewer }) {
  const [isOpen, { toggle, close }] = useDisclosure(false);
  const { pathname } = useLocation();
  useEffect(preload, []);
  return (
    <ViewerContext value={viewer}>
      <a className="skip-link" href="#content">
        Skip to the content
      </a>
      <AppShell
        header={{ height: 52 }}
        navbar={{ width: 208, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
        padding="lg"
      >
        <AppShell.Header>
          <Group h="100%" px="md" justify="space-between" wrap="nowrap">
            <Group gap="sm" wrap="nowrap">
              <Burger
                opened={isOpen}
                onClick={toggle}
                hiddenFrom="sm"
                size="sm"
                aria-label={isOpen ? 'Close the navigation' : 'Open the navigation'}
              />
              <Text component={Link} to="/" fw={700} c="inherit" td="none">
                Clipwright
              </Text>
            </Group>
            <Group gap="xs" wrap="nowrap">
              <ConnectionNotice />
              <Badge variant="default" visibleFrom="xs" title={viewer.tokenName ?? undefined}>
                {viewer.role}
              </Badge>
              <ColourSchemeButton />
              <SignOutButton />
            </Group>
          </Group>
        </AppShell.Header>
        <AppShell.Navbar p="xs" aria-label="Pages">
          {PAGES.map(({ path, name }) => {
            const isHere = path === '/' ? pathname === '/' : pathname.startsWith(path);
            return (
              <NavLink
                key={path}
                component={Link}
                to={path}
                label={name}
                active={isHere}
                variant="light"
                aria-current={isHere ? 'page' : undefined}
                onClick={close}
              />
            );
          })}
          <NavLink component="a" href="/explorer" label="GraphQL explorer" mt="auto" />
        </AppShell.Navbar>
        <AppShell.Main id="content" tabIndex={-1}>
          <Outlet />
        </AppShell.Main>
      </AppShell>
      <ScrollRestoration />
    </ViewerContext>
  );
}
