import { badInput, type Options } from '../options.js';
import { SCHEDULES, type ScheduleKind } from './table.js';

const TABLE: Readonly<Record<ScheduleKind, { readonly options: Options }>> = SCHEDULES;

/**
 * Options of schedules that are not chosen would be without effect. What they are when left out is taken: a configuration with
 * all defaults filled in has them.
 * @param values the optimizer's options, every default filled in
 * @throws BAD_USER_INPUT naming option, value, and the schedule that has it; `name` is that of the optimizer
 */
export function refuseOtherOptions(
  chosen: ScheduleKind,
  values: Readonly<Record<string, unknown>>,
  name: string,
): void {
  for (const [kind, { options }] of Object.entries(TABLE)) {
    for (const [key, option] of Object.entries(options)) {
      if (Object.hasOwn(TABLE[chosen].options, key) || values[key] === option.default) continue;
      const expected = `no such option with schedule ${chosen}, as ${kind} has it,`;
      throw badInput(expected, `${name}.${key}`, values[key]);
    }
  }
}
