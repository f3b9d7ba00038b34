/** Table files as users write them: runs, and every kind of mistake with its place. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from '@queryloop/contracts';
import { isTableFile } from '@queryloop/contracts/load-config';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { belongsTo } from '../sweep/launch-sweep.ts';
import { loadTable, type Table } from './load-table.ts';

const folder = mkdtempSync(join(tmpdir(), 'queryloop-table-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, 'table.yaml');
beforeAll(() => {
  writeFileSync(join(folder, 'base.yaml'), 'name: base\nseed: 9\ngrpo: { updates: 40 }\n');
  writeFileSync(join(folder, 'world.yaml'), 'dataset: { name: built-in-world }\n');
});

const head = 'name: Try it\nexperiment: base.yaml\nreport: page.md\n';
const plain = 'variants: [{ name: plain }]\n';

function load(text: string): Table {
  writeFileSync(file, text);
  return loadTable(file);
}

const experiments = fileURLToPath(new URL('../../../../experiments/', import.meta.url));
const tables = readdirSync(experiments).filter((name) => isTableFile(join(experiments, name)));

test('the table of the paper is a table, and experiments and sweeps are none', () => {
  expect(tables).toEqual(['paper-table.yaml']);
  const { name, variants, splits } = loadTable(join(experiments, 'paper-table.yaml'));
  expect(name).toBe('paper-table');
  expect(variants.map((variant) => variant.seeds.length)).toEqual([3, 3, 3, 3]);
  expect(variants.map(({ config }) => config.reward)).toMatchObject([
    { preset: 'default' },
    { failed: 0 },
    { partial: 0.5 },
    { functions: [{ name: 'ems', weight: 1 }] },
  ]);
  expect(splits).toContain('CounterFactual');
});

test('a variant is a sweep of one trial with its own seeds, and is found again by its settings', () => {
  const text = `${head}seeds: [1, 2, 1]\nset: { evaluation.everyUpdates: 10 }\nvariants:\n  - name: plain\n  - { name: No penalty, seeds: [3], set: { reward.failed: 0 } }\n`;
  const { variants, report } = load(text);
  expect(variants.map(({ name, seeds, sweep }) => [name, seeds, sweep.sweepId, sweep.settings.seeds])).toEqual([
    ['plain', [1, 2], 'sweep-try-it-plain', [1, 2]],
    ['No penalty', [3], 'sweep-try-it-no-penalty', [3]],
  ]);
  expect(variants.map(({ sweep }) => sweep.trials)).toMatchObject([
    [{ parameters: {}, config: { seed: 1, name: 'sweep-try-it-plain', evaluation: { everyUpdates: 10 } } }],
    [{ parameters: { 'reward.failed': 0 }, config: { seed: 3, reward: { failed: 0 }, grpo: { updates: 40 } } }],
  ]);
  expect(report).toBe(relative('.', join(folder, 'page.md')));
  const again = load(text.replace('name: plain\n', 'name: plain\n  - { name: new, set: { grpo.beta: 1 } }\n')).variants;
  expect(again[0]?.sweep).toEqual(variants[0]?.sweep);
  expect(again[2]?.sweep).toEqual(variants[1]?.sweep);
  const [one, other] = variants.map(({ sweep }) => sweep);
  expect(belongsTo(one?.sweepId ?? '')(`${one?.sweepId}-${one?.trials[0]?.id}-s1`)).toBe(true);
  expect(belongsTo(one?.sweepId ?? '')(`${other?.sweepId}-${other?.trials[0]?.id}-s3`)).toBe(false);
});

test('a list is a value too, and without splits it is the test split of the experiment', () => {
  const { variants, splits } = load(`${head}variants: [{ name: ems, set: { 'reward.functions': [{ name: ems }] } }]\n`);
  expect(variants[0]?.config.reward.functions).toEqual([{ name: 'ems', weight: 1 }]);
  expect(variants[0]?.sweep.trials[0]?.parameters).toEqual({ 'reward.functions': '[{"name":"ems"}]' });
  expect(splits).toEqual(['Original']);
  expect(load(`${head.replace('base', 'world')}${plain}`).splits).toEqual(['test']);
});

test.each([
  [`${head}variants: []`, 'table.yaml:4: variants: [] is empty; expected at least 1'],
  [`${head}${plain}split: [dev]`, 'table.yaml:5: split: unknown key; did you mean "splits"?'],
  ['name: a\nexperiment: base.yaml\nvariants: [{ name: b }]', 'table.yaml: report: nothing is not a text'],
  [
    `${head}variants:\n  - name: one\n    set: { reward.faild: 0 }\n`,
    'table.yaml:6: variants.0.set.reward.faild: the experiment has no such field; did you mean "reward.failed"?',
  ],
  [
    `${head}variants:\n  - name: one\n    set: { seed: 2 }\n`,
    'table.yaml:6: variants.0.set.seed: seeds are a dimension of their own; list them in "seeds"',
  ],
  [
    `${head}variants:\n  - name: one\n    set: { reward.failed: much }\n`,
    'the variant "one" is no valid experiment: table.yaml:6: reward.failed: "much" is not a number',
  ],
  [
    `${head}variants: [{ name: a }, { name: b, set: { grpo.beta: 1 } }, { name: a }]`,
    'variants.2.name: "a" stands twice',
  ],
  [
    `${head}variants: [{ name: a b }, { name: a-b, set: { grpo.beta: 1 } }]`,
    '"a-b" and "a b" would be named alike (sweep-try-it-a-b)',
  ],
  [
    `${head}variants: [{ name: a }, { name: b, set: { grpo.updates: 40 } }]`,
    'variants.1.set: "b" is the same experiment as "a"',
  ],
  [
    `${head}set: { grpo.beta: 0 }\nvariants: [{ name: a, set: { grpo.beta: 1 } }]`,
    'stands under "set" of the table too',
  ],
  [`${head}${plain}splits: [Easy, Original, Easy]`, 'table.yaml:5: splits: "Easy" stands twice'],
  [`${head.replace('base', 'none')}${plain}`, 'none.yaml: no such file'],
])('mistake %#: %j', (text, message) => {
  let found: unknown;
  try {
    load(text);
  } catch (error) {
    found = error;
  }
  expect(found).toBeInstanceOf(UserError);
  expect(
    (found as UserError).message.replaceAll(`${relative('.', folder)}/`, '').replaceAll(file, 'table.yaml'),
  ).toContain(message);
});
