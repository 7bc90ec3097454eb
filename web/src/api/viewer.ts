import { createContext, useContext } from 'react';
import type { ViewerQuery } from './viewer.generated.ts';

export type Viewer = ViewerQuery['me'];
const RANK = { VIEWER: 0, EDITOR: 1, ADMIN: 2 } as const;

export const ViewerContext = createContext<Viewer>({
  role: 'VIEWER',
  tokenId: null,
  tokenName: null,
});

/** Whether who is signed in may do what needs `role`; the server decides all the same. */
export function useMay(role: Viewer['role']): boolean {
  return RANK[useContext(ViewerContext).role] >= RANK[role];
}
