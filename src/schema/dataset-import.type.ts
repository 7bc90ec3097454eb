import { ObjectType } from 'type-graphql';
import { Requires } from './requires.js';

/** Both fields are loaded by the resolver. */
@Requires('EDITOR')
@ObjectType({ simpleResolvers: true })
export class DatasetImport {
  datasetId!: string;
  jobId!: string;
}
