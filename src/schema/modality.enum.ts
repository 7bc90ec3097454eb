import { registerEnumType } from 'type-graphql';

export const Modality = { IMAGE: 'IMAGE', TEXT: 'TEXT' } as const;
export type Modality = keyof typeof Modality;

registerEnumType(Modality, {
  name: 'Modality',
  valuesConfig: { IMAGE: { description: 'Photos.' }, TEXT: { description: 'Captions.' } },
});
