/** Why a signal was aborted: the worker stops, and the job goes on elsewhere or later. */
export class WorkerStopping extends Error {
  constructor() {
    super('worker stopping');
    this.name = 'WorkerStopping';
  }
}
