import { registerEnumType } from 'type-graphql';

export const Role = { ADMIN: 'ADMIN', EDITOR: 'EDITOR', VIEWER: 'VIEWER' } as const;
export type Role = keyof typeof Role;

registerEnumType(Role, {
  name: 'Role',
  description: 'Each role may do everything that the ones below it may: ADMIN, EDITOR, VIEWER.',
});

const RANK: Record<Role, number> = { VIEWER: 0, EDITOR: 1, ADMIN: 2 };

export function isAtLeast(role: Role, needed: Role): boolean {
  return RANK[role] >= RANK[needed];
}
