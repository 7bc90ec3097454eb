import { Extensions } from 'type-graphql';
import type { Role } from './role.enum.js';

/**
 * The least role that may run an operation or see an object. Every operation and every object type states it: the schema
 * does not build otherwise (see authorise.ts).
 */
export function Requires(role: Role): ClassDecorator & MethodDecorator {
  return Extensions({ role }) as ClassDecorator & MethodDecorator;
}
