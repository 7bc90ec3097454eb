/** The database's enums, as types, for whoever may not see what Prisma generates. */
export type { JobStatus, Modality, Precision, Role, Split } from './generated/enums.js';
