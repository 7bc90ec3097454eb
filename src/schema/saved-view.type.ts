import { Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { DateTime } from './date-time.scalar.js';
import { Requires } from './requires.js';

export const ViewPage = { RUNS: 'RUNS', COMPARE: 'COMPARE' } as const;
export type ViewPage = keyof typeof ViewPage;
registerEnumType(ViewPage, {
  name: 'ViewPage',
  description: "The dashboard's pages that views are kept of: `/runs` and `/compare`.",
});

@Requires('VIEWER')
@ObjectType({
  simpleResolvers: true,
  description: 'What a page of the dashboard is set to, under a name: filters, columns, order.',
})
export class SavedView {
  @Field(() => ID)
  id!: string;

  @Field(() => ViewPage)
  page!: ViewPage;

  @Field(() => String)
  name!: string;

  @Field(() => String, { description: "Of the page's address, without its question mark." })
  query!: string;

  @Field(() => String, {
    description: "The name of the token that saved it: 'browser' after a sign-in link.",
  })
  owner!: string;

  @Field(() => Boolean, { description: 'Whether whoever asks is its owner.' })
  mine!: boolean;

  @Field(() => Boolean, { description: 'Whether others see it.' })
  shared!: boolean;

  @Field(() => DateTime)
  createdAt!: Date;

  @Field(() => DateTime)
  updatedAt!: Date;
}

@InputType()
export class SaveViewInput {
  @Field(() => ViewPage)
  page!: ViewPage;

  @Field(() => String, {
    description: "Printed characters; one's own view of this name on this page is replaced.",
  })
  name!: string;

  @Field(() => String, { description: 'URL-encoded.' })
  query!: string;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'Needs EDITOR. Left out, it is what it was, at first false; saved by a VIEWER, it is no longer shared.',
  })
  shared?: boolean | null;
}
