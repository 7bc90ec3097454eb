import { Field, InputType, registerEnumType } from 'type-graphql';
import { Direction } from './direction.enum.js';

export const RunOrderField = {
  CREATED: 'CREATED',
  NAME: 'NAME',
  STATUS: 'STATUS',
  DURATION: 'DURATION',
  MICRO_F1: 'MICRO_F1',
  MACRO_F1: 'MACRO_F1',
  SAMPLES_F1: 'SAMPLES_F1',
  MEAN_AVERAGE_PRECISION: 'MEAN_AVERAGE_PRECISION',
} as const;
export type RunOrderField = keyof typeof RunOrderField;

registerEnumType(RunOrderField, {
  name: 'RunOrderField',
  description: 'Runs without a metric come last in either direction.',
});

@InputType()
export class RunOrder {
  @Field(() => RunOrderField)
  by!: RunOrderField;

  @Field(() => Direction)
  direction!: Direction;
}
