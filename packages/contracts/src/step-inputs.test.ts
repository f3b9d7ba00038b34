/** A device stands in the inputs of steps only where it is not the CPU: caches and histories of versions without the setting hold. */
import { expect, test } from 'vitest';
import { ExperimentConfig } from './experiment-config.ts';
import { basePolicy, evaluatePolicyInput, updatePolicyInput, warmStartInput } from './step-inputs.ts';

const checkpoint = { kind: 'checkpoint' as const, hash: '0'.repeat(64), bytes: 1 };
const inputsOf = (given: object) => {
  const config = ExperimentConfig.parse(given);
  const policy = basePolicy(checkpoint);
  return [
    warmStartInput(config, checkpoint),
    evaluatePolicyInput(config, checkpoint, 'dev', policy, { index: 0, of: 1 }),
    updatePolicyInput(config, policy, [], []),
  ];
};

test('configs and inputs without a device, or with the CPU, are as they were', () => {
  expect(ExperimentConfig.parse({})).not.toHaveProperty('device');
  for (const input of inputsOf({})) expect(input).not.toHaveProperty('device');
  expect(inputsOf({ device: 'cpu' })).toEqual(inputsOf({}));
});

test.each(['gpu', 'auto'])('device: %s is told to every step that computes', (device) => {
  for (const input of inputsOf({ device })) expect(input).toMatchObject({ device, threads: 2 });
});
