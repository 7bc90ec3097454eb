import path from 'node:path';

/** The folder of notes, photos and references that lies beside the project on its builders' machines; tests that need it
 *  say that they skip where it is absent. */
export const SHARED = path.resolve(import.meta.dirname, '../../../shared');
