import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { connectionOf } from './connection.js';
import { DateTime } from './date-time.scalar.js';
import { EvalMetrics } from './eval-metrics.type.js';
import { Precision } from './precision.enum.js';
import { Requires } from './requires.js';

@Requires('VIEWER')
@ObjectType({ simpleResolvers: true })
export class ModelVersion {
  @Field(() => ID)
  id!: string;

  @Field(() => Int, { description: 'Never used again within its model.' })
  number!: number;

  @Field(() => DateTime)
  createdAt!: Date;

  @Field(() => EvalMetrics, {
    nullable: true,
    description: "The run's `final`; an ensemble's own.",
  })
  metrics!: EvalMetrics | null;

  @Field(() => Precision, { description: 'Of the encoder: predictions use it.' })
  precision!: Precision;

  @Field(() => String)
  sha256!: string;

  @Field(() => Float)
  sizeBytes!: number;

  modelId!: string;
  runId!: string | null;
  runIds!: string[];
  versionId!: string;
  encoderId!: string;
  thresholds!: number[];
}

export const ModelVersionConnection = connectionOf(ModelVersion, 'ModelVersion');
