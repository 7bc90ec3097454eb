import { Field, InputType, Int, registerEnumType } from 'type-graphql';

export const MetricsOf = { BEST: 'BEST', LAST_EPOCH: 'LAST_EPOCH', EPOCH: 'EPOCH' } as const;
export type MetricsOf = keyof typeof MetricsOf;
registerEnumType(MetricsOf, {
  name: 'MetricsOf',
  description:
    'BEST: `best`. The others are those of one epoch, with thresholds of 0.5: the last one there is, or the one named.',
});

@InputType({ description: "Which of a run's metrics on VALIDATION are meant." })
export class MetricChoice {
  @Field(() => MetricsOf)
  of!: MetricsOf;

  @Field(() => Int, { nullable: true, description: 'From 1; for EPOCH, and for that alone.' })
  epoch?: number | null;
}
