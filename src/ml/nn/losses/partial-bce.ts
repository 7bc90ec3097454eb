import { add, maximum, mul, pow, reduceMean, softplus, sub } from '../../graph/build.js';
import { number } from '../options.js';
import { defineLoss } from './loss.js';

/** The known share at which the weight is given: the one that the paper chooses its constants by. */
const TENTH = 0.1;

/**
 * Partial BCE (Durand, Mehrasa and Mori 2019, 1902.09720, equations 1 and 2): BCE of a sample's known labels, times
 * g(p) = α·p^γ + β, p the share of its labels that are known. α and β follow from g(1) = 1 and g(0.1) = `weightAtTenth`;
 * with the defaults they are the paper's −4.45 and 5.45. Where γ = −1 and the weight 10, g(p) = 1 ÷ p: the mean over the
 * known labels. With γ = 0, or where everything is known, it is BCE.
 */
export const partialBce = defineLoss({
  options: {
    weightAtTenth: number({ min: 1, max: 100 }, 5),
    gamma: number({ min: -3, max: 3 }, 1),
  },
  build: ({ logits, targets, known }, { weightAtTenth, gamma }) => {
    const loss = sub(softplus(logits), mul(targets, logits));
    if (!known || gamma === 0) return loss;
    const numLabels = logits.shape[1] as number;
    const alpha = (weightAtTenth - 1) / (TENTH ** gamma - 1);
    // A sample of which nothing is known has no loss; it only has to be finite.
    const share = maximum(reduceMean(known, [1], true), 1 / numLabels);
    return mul(loss, add(mul(pow(share, gamma), alpha), 1 - alpha));
  },
});
