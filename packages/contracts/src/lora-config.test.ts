/** What `policy.lora` may say. */
import { describe, expect, it } from 'vitest';
import { ExperimentConfig } from './experiment-config.ts';

const policyWith = (lora: unknown) => ExperimentConfig.safeParse({ policy: { lora } });

describe('policy.lora', () => {
  it('is absent by default, and takes defaults when it is empty', () => {
    expect(ExperimentConfig.parse({}).policy).not.toHaveProperty('lora');
    expect(policyWith({}).data?.policy.lora).toEqual({});
  });

  it.each([{ targets: 'all-linear' }, { targets: ['q_proj'] }, { targets: ['q_proj', 'down_proj'] }])(
    'takes %j',
    (lora) => {
      expect(policyWith(lora).success).toBe(true);
    },
  );

  it.each([{ targets: 'q_proj' }, { targets: ['lm_head'] }, { targets: ['q_proj', 'embed_tokens'] }])(
    'refuses %j with what there is',
    (lora) => {
      const { error } = policyWith(lora);
      expect(error?.issues[0]?.message).toContain('q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj');
    },
  );

  it.each([{ rank: 0 }, { rank: 1.5 }, { alpha: 0 }, { dropout: 1 }, { dropout: -0.1 }, { r: 8 }, { targets: [] }])(
    'refuses %j',
    (lora) => {
      expect(policyWith(lora).success).toBe(false);
    },
  );
});
