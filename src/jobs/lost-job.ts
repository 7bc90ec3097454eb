/** The job was cancelled or belongs to another attempt: whoever gets this stops quietly and writes nothing more. */
export class LostJobError extends Error {
  constructor(
    readonly jobId: string,
    reason = 'it was cancelled or handed to another attempt',
  ) {
    super(`job ${jobId} is no longer ours: ${reason}`);
    this.name = 'LostJobError';
  }
}
