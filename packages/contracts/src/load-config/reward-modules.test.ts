/** Rewards as users write them: functions that are not there, and modules that change under a run. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { ExperimentConfig } from '../experiment-config.ts';
import { UserError } from '../user-error.ts';
import { loadConfig, overrideConfig, requirePinnedModules } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'queryloop-config-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, 'config.yaml');

function load(text: string): ExperimentConfig {
  writeFileSync(file, text);
  return loadConfig(file);
}

function messageOf(text: string): string {
  try {
    load(text);
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    return (error as UserError).message.replaceAll(file, 'config.yaml');
  }
  throw new Error('the config was accepted');
}

test.each([
  [
    'reward: { preset: arctic, failed: -1 }',
    'reward.failed: preset arctic is made of functions and has no such weight',
  ],
  ['reward: { functions: [{ name: ems }], correct: 2 }', 'reward.correct: overrides a preset, and reward.functions'],
  [
    'reward: { functions: [{ name: emz }] }',
    'reward.functions.0.name: no reward function is called "emz"; did you mean "ems"?',
  ],
  ['reward: { functions: [{ name: ems }, { name: ems }] }', 'reward.functions.1.name: "ems" stands there twice'],
  ['reward: { functions: [{ name: accuracy, module: x.ts }] }', '"accuracy" is the name of another metric'],
  ['reward: { functions: [{ name: ems, module: x.ts }] }', '"ems" is a built-in function; give your own another name'],
  ['reward: { functions: [{ name: ems, sha256: now }] }', 'only a function with `module` has a content to pin'],
  ['reward: { functions: [{ name: My-own }] }', 'expected lower-case letters, digits and _'],
  ['reward: { functions: [] }', 'reward.functions: [] is empty'],
  [
    'reward: { combine: gdpo }\ngrpo:\n  scaleRewards: none',
    'config.yaml:3: grpo.scaleRewards: none goes with reward.combine: sum',
  ],
])('%j: %s', (text, expected) => expect(messageOf(text)).toContain(expected));

describe('reward modules', () => {
  const module = join(folder, 'own.mjs');
  const text = (fields = '') => `reward: { functions: [{ name: own, module: "${module}"${fields} }] }`;
  const pinned = (config: ExperimentConfig) => config.reward.functions?.[0]?.sha256;

  test('are bound to their content when a run begins, and not moved by a changed file', () => {
    writeFileSync(module, 'export default () => []');
    const began = load(text());
    expect(pinned(began)).toMatch(/^[0-9a-f]{64}$/);
    requirePinnedModules(began);
    writeFileSync(module, 'export default () => [1]');
    expect(pinned(overrideConfig(began, {}))).toBe(pinned(began));
    expect(() => requirePinnedModules(began)).toThrow(/own\.mjs is no longer what the run began with/);
    const again = overrideConfig(began, { set: ['reward.functions.0.sha256=now'] });
    expect(pinned(again)).not.toBe(pinned(began));
    requirePinnedModules(again);
  });

  test.each([
    ['none.mjs', 'no such file'],
    ['.', 'not a file'],
    ['config.yaml', 'not one of .js, .mjs, .ts, .mts'],
  ])('%s: %s', (name, expected) => {
    writeFileSync(file, '');
    const path = join(folder, name);
    const message = messageOf(`reward: { functions: [{ name: own, module: "${path}" }] }`);
    expect(message).toContain(expected);
    expect(message).toContain('config.yaml:1: reward module');
  });
});
