import { Tabs } from '@mantine/core';
import { PageTitle } from '../../parts/page-title.tsx';
import { useAddress } from '../../parts/use-address.ts';
import { TryModels } from './try-models.tsx';
import { TrySearch } from './try-search.tsx';
import { ZeroShot } from './zero-shot.tsx';

export function Component() {
  const address = useAddress();
  return (
    <>
      <PageTitle>Try it</PageTitle>
      <Tabs
        value={address.get('tab') || 'models'}
        onChange={(tab) => address.set({ tab: tab === 'models' ? '' : (tab ?? '') })}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          <Tabs.Tab value="models">Models</Tabs.Tab>
          <Tabs.Tab value="labels">Own labels</Tabs.Tab>
          <Tabs.Tab value="search">Search</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="models">
          <TryModels />
        </Tabs.Panel>
        <Tabs.Panel value="labels">
          <ZeroShot />
        </Tabs.Panel>
        <Tabs.Panel value="search">
          <TrySearch />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}
