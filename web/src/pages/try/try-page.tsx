import { PageTabs } from '../../parts/page-tabs.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { TryModels } from './try-models.tsx';
import { TrySearch } from './try-search.tsx';
import { ZeroShot } from './zero-shot.tsx';

export function Component() {
  return (
    <>
      <PageTitle>Try it</PageTitle>
      <PageTabs
        tabs={[
          { value: 'models', title: 'Models', panel: <TryModels /> },
          { value: 'labels', title: 'Own labels', panel: <ZeroShot /> },
          { value: 'search', title: 'Search', panel: <TrySearch /> },
        ]}
      />
    </>
  );
}
