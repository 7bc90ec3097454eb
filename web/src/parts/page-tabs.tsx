import { Tabs } from '@mantine/core';
import type { ReactNode } from 'react';
import { useAddress } from './use-address.ts';

export interface PageTab {
  /** As `tab` of the address has it. */
  value: string;
  title: string;
  disabled?: boolean;
  panel: ReactNode;
}

/** A page's tabs, of which the address names one; the first where it names none that can be opened. */
export function PageTabs({ tabs }: { tabs: readonly [PageTab, ...PageTab[]] }) {
  const address = useAddress();
  const named = tabs.find(({ value, disabled }) => !disabled && value === address.get('tab'));
  const [first] = tabs;
  return (
    <Tabs
      value={(named ?? first).value}
      onChange={(value) => address.set({ tab: value === first.value ? '' : (value ?? '') })}
      keepMounted={false}
    >
      <Tabs.List mb="md">
        {tabs.map(({ value, title, disabled }) => (
          <Tabs.Tab key={value} value={value} disabled={disabled}>
            {title}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {tabs.map(({ value, panel }) => (
        <Tabs.Panel key={value} value={value}>
          {panel}
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}
