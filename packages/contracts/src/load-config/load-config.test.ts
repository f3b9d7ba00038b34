/** Configs as users write them: overrides, defaults, and every kind of mistake with its place. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { ExperimentConfig } from '../experiment-config.ts';
import { UserError } from '../user-error.ts';
import { type ConfigOverrides, isTableFile, loadConfig, overrideConfig } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'queryloop-config-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, 'config.yaml');

function load(text: string, overrides?: ConfigOverrides): ExperimentConfig {
  writeFileSync(file, text);
  return loadConfig(file, overrides);
}

function messageOf(text: string, overrides?: ConfigOverrides): string {
  try {
    load(text, overrides);
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    return (error as UserError).message.replaceAll(file, 'config.yaml');
  }
  throw new Error('the config was accepted');
}

const experiments = new URL('../../../../experiments/', import.meta.url);

const configs = readdirSync(experiments).filter(
  (name) =>
    name.endsWith('.yaml') && !name.startsWith('sweep-') && !isTableFile(join(fileURLToPath(experiments), name)),
);

test.each(configs)('experiments/%s is a config', (name) => {
  expect(loadConfig(fileURLToPath(new URL(name, experiments))).name).toBe(name.replace('.yaml', ''));
});

describe('loadConfig', () => {
  test('fills in every default, for an empty file too', () => {
    expect(load('')).toEqual(ExperimentConfig.parse({}));
    expect(load('# nothing\ngrpo:\n  updates: 7\n').grpo).toEqual({ ...ExperimentConfig.parse({}).grpo, updates: 7 });
  });

  test('lets options override the file, later ones winning', () => {
    const config = load('seed: 5\ngrpo: { updates: 7 }\n', {
      set: ['grpo.updates=8', 'grpo.updates=9', 'reward.preset=paper', 'name=a=b'],
      seed: '3',
    });
    expect(config).toMatchObject({ seed: 3, name: 'a=b', grpo: { updates: 9 }, reward: { preset: 'paper' } });
  });

  test('leaves out what an option sets to null, groups too', () => {
    const served = 'rollout: { server: { url: http://host/v1, model: m } }\ngrpo: { epsilonHigh: 0.3 }\n';
    const left = load(served, { set: ['rollout.server=null', 'grpo.epsilonHigh=null'] });
    expect(JSON.stringify(left)).toBe(JSON.stringify(ExperimentConfig.parse({})));
    expect(messageOf('', { set: ['seed='] })).toContain('seed');
  });

  test.each([
    ['seeed: 1', 'config.yaml:1: seeed: unknown key; did you mean "seed"?'],
    [
      'grpo:\n  optimizer:\n    lerningRate: 1',
      'config.yaml:3: grpo.optimizer.lerningRate: unknown key; did you mean "learningRate"?',
    ],
    ['evaluation:\n  zzzzzz: 1', 'config.yaml:2: evaluation.zzzzzz: unknown key; allowed: everyUpdates'],
    ['\n\nseed: -1', 'config.yaml:3: seed: -1 is too small; allowed: ≥ 0'],
    ['grpo: { updates: 0 }', 'config.yaml:1: grpo.updates: 0 is too small; allowed: > 0'],
    ['rollout:\n  topP: 1.5', 'config.yaml:2: rollout.topP: 1.5 is too large; allowed: ≤ 1'],
    ['rollout:\n  groupSize: 2.5', 'config.yaml:2: rollout.groupSize: 2.5 is not a whole number'],
    [
      'grpo: { lossType: ppo }',
      'config.yaml:1: grpo.lossType: "ppo" is not allowed; allowed: grpo, bnpo, dr_grpo, dapo, cispo',
    ],
    [
      'policy: { lora: { targets: [q_proj, lm_head] } }',
      'config.yaml:1: policy.lora.targets.1: "lm_head" is not allowed; allowed: q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj',
    ],
    [
      'policy: { lora: { targets: q_proj } }',
      'config.yaml:1: policy.lora.targets: "q_proj" is not allowed; expected all-linear, or a list of projections; there are: q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj',
    ],
    ['grpo:', 'config.yaml:1: grpo: null is not a group of fields'],
    ['seed: one', 'config.yaml:1: seed: "one" is not a number'],
    ['name: ""', 'config.yaml:1: name: "" is too short'],
    ['policy:\n  heads: 3', 'config.yaml:1: policy.hiddenSize: 128 is not a multiple of heads (3)'],
    ['policy: { keyValueHeads: 3 }', 'config.yaml:1: policy.keyValueHeads: 3 does not divide heads (4)'],
    [
      'policy: { hiddenSize: 12 }',
      'config.yaml:1: policy.hiddenSize: 12 / 4 heads is 3; rotary positions need an even width per head',
    ],
    [
      'seed: [1',
      'config.yaml:1: not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
    ['- 1', 'config.yaml: expected fields such as "seed: 1", found [1]'],
  ])('refuses %j', (text, expected) => {
    expect(messageOf(text)).toContain(expected);
  });

  test('names the option at fault', () => {
    expect(messageOf('', { set: ['grpo.updates=many'] })).toBe(
      '--set grpo.updates=many: grpo.updates: "many" is not a number',
    );
    expect(messageOf('', { set: ['grop.updates=3'] })).toBe(
      '--set grop.updates=3: grop: unknown key; did you mean "grpo"?',
    );
    expect(messageOf('', { seed: 'x' })).toBe('--seed x: seed: "x" is not a number');
    expect(messageOf('', { set: ['updates'] })).toBe('--set updates: not of the form key=value');
  });

  test('lists several problems at once', () => {
    const message = messageOf('seed: x\nfoo: 1\n');
    expect(message).toContain('2 problems');
    expect(message).toContain('config.yaml:1: seed');
    expect(message).toContain('config.yaml:2: foo');
  });

  test('says when the file is missing or a folder', () => {
    expect(() => loadConfig(join(folder, 'none.yaml'))).toThrow(/none\.yaml: no such file/);
    expect(() => loadConfig(folder)).toThrow(/is a folder/);
  });
});

test('overrideConfig changes a config that was stored', () => {
  const stored = ExperimentConfig.parse({ seed: 4, grpo: { updates: 7 } });
  expect(overrideConfig(stored, {})).toEqual(stored);
  expect(overrideConfig(stored, { set: ['grpo.updates=9'] })).toEqual({
    ...stored,
    grpo: { ...stored.grpo, updates: 9 },
  });
  expect(() => overrideConfig(stored, { set: ['grpo.updats=9'] })).toThrow('did you mean "updates"?');
});
