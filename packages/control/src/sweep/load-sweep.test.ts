/** Sweep files as users write them: trials, draws, and every kind of mistake with its place. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type SweepInput, UserError } from '@queryloop/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkSweepText, loadSweep } from './load-sweep.ts';
import { sweepIdOf } from './trial-id.ts';

const folder = mkdtempSync(join(tmpdir(), 'queryloop-sweep-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, 'sweep.yaml');
beforeAll(() => {
  writeFileSync(join(folder, 'base.yaml'), 'name: base\nseed: 9\ngrpo: { updates: 40, beta: 0.5 }\n');
  writeFileSync(join(folder, 'broken.yaml'), 'name: broken\ngrpo: { updates: 0 }\n');
});

const head = 'name: Try it\nexperiment: base.yaml\n';

function load(text: string): SweepInput {
  writeFileSync(file, text);
  return loadSweep(file);
}

function mistakeOf(text: string): UserError {
  try {
    load(text);
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    return error as UserError;
  }
  throw new Error('the sweep was accepted');
}

const messageOf = (text: string): string =>
  mistakeOf(text)
    .message.replaceAll(file, 'sweep.yaml')
    .replaceAll(`${relative('.', folder)}/`, '');

const experiments = new URL('../../../../experiments/', import.meta.url);

test.each(readdirSync(experiments).filter((name) => name.startsWith('sweep-')))('experiments/%s is a sweep', (name) => {
  const { settings, trials } = loadSweep(fileURLToPath(new URL(name, experiments)));
  expect(`sweep-${settings.name}.yaml`).toBe(name);
  expect(trials.length).toBeGreaterThan(1);
});

describe('a grid', () => {
  test('has every combination once, over the experiment and what is set', () => {
    const { settings, trials } = load(
      `${head}set: { evaluation.everyUpdates: 10 }\nseeds: [4, 5, 4]\nparameters:\n  grpo.beta: [0, 0.1]\n  reward.preset: [default, paper, default]\n`,
    );
    expect(settings).toMatchObject({ method: 'grid', seeds: [4, 5], parallel: 1, priority: 3 });
    expect(trials.map(({ parameters }) => parameters)).toEqual([
      { 'grpo.beta': 0, 'reward.preset': 'default' },
      { 'grpo.beta': 0, 'reward.preset': 'paper' },
      { 'grpo.beta': 0.1, 'reward.preset': 'default' },
      { 'grpo.beta': 0.1, 'reward.preset': 'paper' },
    ]);
    expect(trials[1]?.config).toMatchObject({
      name: 'sweep-try-it',
      seed: 4,
      grpo: { updates: 40, beta: 0 },
      reward: { preset: 'paper' },
      evaluation: { everyUpdates: 10 },
    });
  });

  test('without parameters is the experiment alone', () => {
    expect(load(head).trials).toMatchObject([{ parameters: {}, config: { grpo: { beta: 0.5 } } }]);
  });

  test('names a trial by its settings: not by seed, name, order, or how a value came to be', () => {
    const ids = (text: string): string[] => load(text).trials.map(({ id }) => id);
    const [zero, half] = ids(`${head}parameters: { grpo.beta: [0, 0.5] }`) as [string, string];
    expect(zero).toMatch(/^[0-9a-f]{8}$/);
    expect(ids('name: other\nexperiment: base.yaml\nseeds: [7]\nparameters: { grpo.beta: [0.5, 3, 0] }')).toEqual([
      half,
      expect.any(String),
      zero,
    ]);
    expect(ids(head)).toEqual([half]);
    expect(ids(`${head}set: { grpo.beta: 0 }`)).toEqual([zero]);
  });
});

describe('draws', () => {
  const random = (trials: number, parameters: string, rest = ''): SweepInput['trials'] =>
    load(`${head}method: random\ntrials: ${trials}\n${rest}parameters:\n${parameters}`).trials;
  const values = (trials: SweepInput['trials'], name: string): unknown[] =>
    trials.map(({ parameters }) => parameters[name]);
  const rate = '  grpo.optimizer.learningRate: { min: 1.0e-5, max: 1.0e-2, scale: log }\n';

  test('do not depend on the number of trials or on other parameters, but on the seed', () => {
    const few = values(random(4, rate), 'grpo.optimizer.learningRate');
    expect(new Set(few).size).toBe(4);
    const more = random(9, `  grpo.beta: { min: 0, max: 1 }\n${rate}`);
    expect(values(more, 'grpo.optimizer.learningRate').slice(0, 4)).toEqual(few);
    expect(values(random(4, rate, 'seed: 2\n'), 'grpo.optimizer.learningRate')).not.toEqual(few);
  });

  test('are even over numbers, logarithms, whole numbers and lists', () => {
    const trials = random(
      500,
      `${rate}  grpo.beta: { min: 2, max: 4 }\n  rollout.groupSize: { min: 2, max: 5, whole: true }\n  grpo.lossType: [grpo, dapo]\n`,
    );
    const share = (name: string, is: (value: number) => boolean): number =>
      (values(trials, name) as number[]).filter(is).length / trials.length;
    expect(share('grpo.optimizer.learningRate', (value) => value < 1e-4)).toBeCloseTo(1 / 3, 1);
    expect(share('grpo.optimizer.learningRate', (value) => value >= 1e-5 && value <= 1e-2)).toBe(1);
    expect(share('grpo.beta', (value) => value < 2.5)).toBeCloseTo(1 / 4, 1);
    for (const size of [2, 3, 4, 5])
      expect(share('rollout.groupSize', (value) => value === size)).toBeCloseTo(1 / 4, 1);
    expect(values(trials, 'grpo.lossType').filter((value) => value === 'dapo').length / 500).toBeCloseTo(1 / 2, 1);
  });

  test('drop a combination drawn before', () => {
    expect(random(50, '  grpo.lossType: [grpo, dapo]\n')).toHaveLength(2);
  });
});

describe('mistakes', () => {
  test.each([
    [`${head}paralel: 2`, 'sweep.yaml:3: paralel: unknown key; did you mean "parallel"?'],
    [`${head}parallel: 0`, 'sweep.yaml:3: parallel: 0 is too small; allowed: > 0'],
    [`${head}method: all`, 'sweep.yaml:3: method: "all" is not allowed; allowed: grid, random, asha'],
    ['name: a', 'sweep.yaml: experiment: nothing is not a text'],
    ['name: a\nexperiment: none.yaml', 'sweep.yaml:2: experiment: config none.yaml: no such file'],
    ['name: a\nexperiment: broken.yaml', 'broken.yaml:2: grpo.updates: 0 is too small; allowed: > 0'],
    [
      `${head}parameters:\n  grpo.bta: [1]`,
      'sweep.yaml:4: parameters.grpo.bta: the experiment has no such field; did you mean "grpo.beta"?',
    ],
    [
      `${head}parameters:\n  learningrate: [1]`,
      'sweep.yaml:4: parameters.learningrate: the experiment has no such field; did you mean "warmStart.optimizer.learningRate"?',
    ],
    [
      `${head}parameters:\n  grpo.optimizer: [1]`,
      'sweep.yaml:4: parameters.grpo.optimizer: is a group of fields; name one of them, such as "grpo.optimizer.learningRate"',
    ],
    [
      `${head}parameters:\n  seed: [1, 2]`,
      'sweep.yaml:4: parameters.seed: seeds are a dimension of their own; list them in "seeds"',
    ],
    [`${head}set: { name: x }`, 'sweep.yaml:3: set.name: runs are named after the sweep'],
    [
      `${head}set: { grpo: { beta: 1 } }`,
      'sweep.yaml:3: set.grpo: {"beta":1} is not a text or a number or true or false',
    ],
    [
      `${head}set: { grpo.beta: 1 }\nparameters: { grpo.beta: [2] }`,
      'sweep.yaml:3: set.grpo.beta: stands under parameters too',
    ],
    [`${head}parameters: { grpo.beta: 1 }`, 'sweep.yaml:3: parameters.grpo.beta: 1 is not a list or a group of fields'],
    [`${head}parameters: { grpo.beta: [] }`, 'sweep.yaml:3: parameters.grpo.beta: [] is empty; expected at least 1'],
    [`${head}parameters: { grpo.beta: { min: 1 } }`, 'sweep.yaml:3: parameters.grpo.beta.max: nothing is not a number'],
    [
      `${head}parameters: { grpo.beta: { min: 1, max: 2, skale: log } }`,
      'sweep.yaml:3: parameters.grpo.beta.skale: unknown key; did you mean "scale"?',
    ],
    [
      `${head}parameters: { grpo.beta: { min: 1, max: 1 } }`,
      'sweep.yaml:3: parameters.grpo.beta.max: 1 is not above min (1)',
    ],
    [
      `${head}method: random\nparameters: { grpo.beta: { min: 0, max: 1, scale: log } }`,
      'sweep.yaml:4: parameters.grpo.beta.min: 0 has no logarithm',
    ],
    [
      `${head}parameters:\n  grpo.beta: { min: 0, max: 1 }`,
      'sweep.yaml:4: parameters.grpo.beta: a grid takes every value of a list',
    ],
    [
      `${head}parameters:\n  grpo.beta: [0]\n  grpo.updates: [5, 0]`,
      'the trial with grpo.beta = 0, grpo.updates = 0 is no valid experiment: sweep.yaml:5: grpo.updates: 0 is too small; allowed: > 0',
    ],
    [
      `${head}parameters:\n  policy.heads: [4, 3]`,
      'the trial with policy.heads = 3 is no valid experiment: 2 problems in the config\n  base.yaml: policy.hiddenSize: 128 is not a multiple of heads (3)',
    ],
    [
      `${head}parameters: { grpo.beta: [${Array.from({ length: 501 }, (_, i) => i).join()}] }`,
      'sweep.yaml:3: parameters: 501 runs are too many; a sweep has 500 at most',
    ],
    [`${head}seeds: []`, 'sweep.yaml:3: seeds: [] is empty; expected at least 1'],
    [`${head}seeds: [1, x]`, 'sweep.yaml:3: seeds.1: "x" is not a number'],
  ])('refuses %j', (text, expected) => {
    expect(messageOf(text)).toContain(expected);
  });

  test('successive halving needs dev scores at its first rung, and updates after it', () => {
    const asha = (rest: string): UserError => mistakeOf(`${head}method: asha\n${rest}`);
    expect(asha('asha: { minUpdates: 20 }')).toMatchObject({
      message: expect.stringContaining(
        ':4: asha.minUpdates: 20 is not a multiple of evaluation.everyUpdates (25)',
      ) as string,
      hint: expect.stringContaining('take minUpdates 25') as string,
    });
    expect(asha('set: { grpo.updates: 25 }').message).toContain('25 is not below grpo.updates (25)');
    expect(asha('parameters: { grpo.updates: [50, 75] }').message).toContain(
      ':4: parameters.grpo.updates: successive halving itself varies',
    );
    expect(load(`${head}method: asha\ntrials: 3\nparameters: { grpo.beta: { min: 0, max: 1 } }`).trials).toHaveLength(
      3,
    );
  });

  test('a sweep is named by letters and digits', () => {
    expect(sweepIdOf('Learning rate × β')).toBe('sweep-learning-rate');
    expect(() => sweepIdOf('β')).toThrow('"β" has no letter or digit');
  });
});

describe('a text that is no file', () => {
  const check = (text: string) => checkSweepText(text, { folder });

  test('gives the same sweep as a file of that text', () => {
    const text = 'name: Texts\nexperiment: base.yaml\nparameters: { grpo.beta: [0, 1] }\nseeds: [1, 2]';
    expect(check(text)).toEqual({ input: load(text), issues: [] });
  });

  test.each([
    ['name: a\nexperiment: base.yaml\nparameters: { grpo.beta: [-1, 1] }', { path: 'parameters.grpo.beta', line: 3 }],
    ['name: a\nexperiment: base.yaml\nset:\n  grpo.beta: -1', { path: 'set.grpo.beta', line: 4, column: 3 }],
    ['name: a\nexperiment: base.yaml\nparameters:\n  grpo.betta: [1]', { path: 'parameters.grpo.betta', line: 4 }],
    ['name: a\nseeds: [x]\nexperiment: base.yaml', { path: 'seeds.0', line: 2 }],
    ['name: a\nexperiment: ../package.json', { path: 'experiment', line: 2 }],
    ['name: a\nexperiment: /etc/passwd', { path: 'experiment', line: 2 }],
  ])('%j has a mistake at its place', (text, issue) => {
    const { input, issues } = check(text);
    expect(input).toBeNull();
    expect(issues).toMatchObject([issue]);
  });

  test('names the experiments there are, and reads no other file', () => {
    const { issues } = check('name: a\nexperiment: ../../secret.yaml');
    expect(issues[0]?.message).toMatch(/^"..\/..\/secret.yaml" is not there; there are: .*base.yaml/);
  });
});
