import { registerEnumType } from 'type-graphql';

export const Direction = { ASC: 'ASC', DESC: 'DESC' } as const;
export type Direction = keyof typeof Direction;

registerEnumType(Direction, { name: 'Direction' });
