import path from 'node:path';

/** Where the PostgreSQL of a scratch directory lies, for stopping what a killed test left there. */
export function placeOf(directory: string) {
  return {
    data: path.join(directory, 'server/data'),
    socketDirectory: path.join(directory, 'server/run'),
    clusterName: 'none',
  };
}
