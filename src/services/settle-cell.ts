import { badUserInput } from '../errors/bad-user-input.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import { type RunConfig, settleRunConfig } from '../ml/train/run-config.js';

/** What the settings of a cell mean together. @throws BAD_USER_INPUT where its head is not for its fusion */
export function settleCell(config: RunConfig): RunConfig {
  try {
    return settleRunConfig(config);
  } catch (error) {
    if (!(error instanceof ClipwrightError)) throw error;
    throw badUserInput(
      `the cell ${config.head.kind} × ${config.fusion.kind}: ${error.message}; heads that go with other fusions need an ` +
        'experiment of their own',
    );
  }
}
