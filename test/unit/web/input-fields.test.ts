import { describe, expect, test } from 'vitest';
import { fieldsFor } from '../../../web/src/parts/input-fields.ts';

const names = (input: string, kind: string) => fieldsFor(input, kind).map(({ name }) => name);

describe('a form of one of the API’s inputs', () => {
  test('shows the options that the chosen kind has', () => {
    expect(names('HeadInput', 'LINEAR')).toEqual(['kind', 'coupling', 'dropout', 'width']);
    expect(names('HeadInput', 'KNN')).toContain('neighbours');
    expect(names('HeadInput', 'KNN')).not.toContain('hidden');
    expect(names('HeadInput', 'MLP')).toEqual(
      expect.arrayContaining(['hidden', 'activation', 'layerNorm', 'batchNorm', 'residual']),
    );
  });

  test('finds a kind that the description names later', () => {
    expect(names('LossInput', 'FOCAL')).toContain('alpha');
    expect(names('LossInput', 'DISTRIBUTION_BALANCED')).toContain('alpha');
    expect(names('LossInput', 'BCE')).not.toContain('alpha');
    expect(names('HeadInput', 'TEXT_BLENDED')).toContain('scale');
    expect(names('HeadInput', 'COSINE')).toContain('prompts');
  });

  test('takes no kind for another whose name it is part of', () => {
    expect(names('LossInput', 'PARTIAL_BCE')).not.toContain('labelSmoothing');
    expect(names('OptimizerInput', 'SGD')).toContain('nesterov');
    expect(names('OptimizerInput', 'ADAMW')).not.toContain('momentum');
  });

  test('says the API’s constants as its selects do, and leaves other capitals', () => {
    const field = (input: string, wanted: string) =>
      fieldsFor(input, undefined).find(({ name }) => name === wanted)!;
    expect(field('FusionInput', 'modalityDropout').description).toMatch(
      /^Every kind but Image only and Text only:/,
    );
    const { choices } = field('HeadInput', 'kind');
    const said = (kind: string) => choices.find(({ name }) => name === kind)?.description;
    expect(said('TIP_ADAPTER')).toMatch(/^Zero shot, .* With the fusions of Zero shot\.$/);
    expect(said('TRANSFORMER')).toContain('[CLS]');
    expect(said('LINEAR')).toBe('One logistic regression per label.');
  });

  test('shows what the API does not say a kind of', () => {
    expect(names('FusionInput', 'CONCAT')).toContain('modalityDropout');
    expect(names('LossInput', 'PARTIAL_BCE')).toContain('gamma');
  });
});
