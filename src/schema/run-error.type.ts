import { Field, Float, ObjectType, registerEnumType } from 'type-graphql';
import { connectionOf } from './connection.js';
import { Label } from './label.type.js';
import { Requires } from './requires.js';
import { Sample } from './sample.type.js';

export const ErrorKind = {
  FALSE_POSITIVE: 'FALSE_POSITIVE',
  FALSE_NEGATIVE: 'FALSE_NEGATIVE',
} as const;
export type ErrorKind = keyof typeof ErrorKind;
registerEnumType(ErrorKind, {
  name: 'ErrorKind',
  description: 'Predicted but not carried; carried but not predicted.',
});

@Requires('VIEWER')
@ObjectType({
  simpleResolvers: true,
  description: 'A wrong decision of a run, for one sample and one label.',
})
export class RunError {
  @Field(() => ErrorKind)
  kind!: ErrorKind;

  @Field(() => Label)
  label!: Label;

  @Field(() => Sample)
  sample!: Sample;

  @Field(() => Float)
  score!: number;

  @Field(() => Float, { description: 'Of the label, as the run fitted it.' })
  threshold!: number;

  @Field(() => Float, { description: 'Cross-entropy of the score, in nats.' })
  loss!: number;
}

export const RunErrorConnection = connectionOf(RunError, 'RunError');
