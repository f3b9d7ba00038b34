/** MLflow's filters and orders, right and wrong. */
import { expect, test } from 'vitest';
import { compareBy, compileFilter, compileOrder, type Look, type Place } from './filter.ts';

const run: Record<Place, Record<string, string | number>> = {
  metrics: { reward: 0.5, 'dev/accuracy': 0.25, tiny: 1e-7 },
  params: { 'grpo.beta': '0.1', name: "a 100% 'quoted' (name)" },
  tags: { a: 'x', 'b c': 'y' },
  attributes: { status: 'FINISHED', run_id: 'one', start_time: 1000 },
};
const look: Look = (place, key) => run[place][key];

test.each([
  ['', true],
  ['metrics.reward = 0.5', true],
  ['metric.reward != 0.5', false],
  ['metrics.`dev/accuracy` >= 0.25 and metrics.dev/accuracy <= 0.25', true],
  ['metrics.tiny<1e-6 AND metrics.tiny>1e-8', true],
  ['metrics.other != 3', false],
  ["params.grpo.beta = '0.1'", true],
  ['params."grpo.beta" LIKE "0._"', true],
  ["params.name LIKE 'a 100%(name)'", true],
  ["params.name LIKE '%QUOTED%'", false],
  ["params.name ILIKE '%QUOTED%'", true],
  ["params.name NOT LIKE '%z%'", true],
  ["tags.`b c` = 'y' AND tags.a IN ('w', 'x')", true],
  ["tags.a NOT IN ('w', 'x')", false],
  ['tags.none IS NULL AND tags.a IS NOT NULL', true],
  ["attributes.status = 'FINISHED' AND run_id IN ('one')", true],
  ['start_time > 999 AND attribute.end_time < 5', false],
  ["params.name LIKE 'a and b'", false],
])('%s is %s', (filter, holds) => {
  expect(compileFilter(filter)(look)).toBe(holds);
});

test.each([
  'metrics.reward',
  'metrics.reward > ',
  "metrics.reward > 'many'",
  'params.grpo.beta > 3',
  "tags.a = 'x' AND",
  "tags.a = 'x' OR tags.a = 'y'",
  "tags.a = 'x' tags.b = 'y'",
  "tags.a IN 'x'",
  'tags.a LIKE x',
  "models.a = 'x'",
  "tags.a = 'x",
  'x'.repeat(20_000),
])('%s is not understood', (filter) => {
  expect(() => compileFilter(filter)).toThrow(/the filter is not understood/);
});

test('patterns and lists that are made to take long do not', () => {
  const long: Look = () => 'a'.repeat(5000);
  expect(compileFilter(`tags.a LIKE '${'%a'.repeat(2000)}%b'`)(long)).toBe(false);
  expect(() => compileFilter(`tags.a IN (${"'a'      ".repeat(1000)}`)).toThrow('not understood');
});

test('orders: smaller first unless told, and last what has no value', () => {
  const at =
    (value: number | undefined): Look =>
    () =>
      value;
  const up = compileOrder('metrics.`dev/accuracy`');
  const down = compileOrder('attributes.start_time desc');
  expect(up).toEqual({ place: 'metrics', key: 'dev/accuracy', descending: false });
  expect([compareBy(up, at(1), at(2)), compareBy(down, at(1), at(2)), compareBy(down, at(1), at(1))]).toEqual([
    -1, 1, 0,
  ]);
  expect([compareBy(up, at(undefined), at(2)), compareBy(down, at(undefined), at(2))]).toEqual([1, 1]);
  expect(() => compileOrder('metrics.a b c')).toThrow('order_by is not understood');
});
