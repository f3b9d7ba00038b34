/** Suggestions of the filter field. */
import { expect, test } from 'vitest';
import type { Choices } from './schemas.ts';
import { suggest } from './suggest.ts';

const choices: Choices = {
  runs: 3,
  series: [
    { name: 'dev/accuracy', runs: 3 },
    { name: 'reward', runs: 3 },
  ],
  settings: [
    { path: 'grpo.beta', distinct: 2, values: [0, 0.1] },
    { path: 'grpo.lossType', distinct: 1, values: ['dapo'] },
  ],
  tags: ['paper', 'big plan'],
  names: ['smoke'],
  sweeps: [{ id: 'wide-1', name: 'wide' }],
};
const inserts = (text: string) => suggest(text, text.length, choices).items.map(({ insert }) => insert);

test.each([
  ['sta', ['status:']],
  ['status:f', ['finished', 'failed']],
  ['a AND (tag:p', ['paper']],
  ['tag:', ['paper', '"big plan"']],
  ['tag:"big', ['"big plan"']],
  ['grpo.', ['grpo.beta=', 'grpo.lossType=']],
  ['grpo.beta=', ['0', '0.1']],
  ['max(dev', ['max(dev/accuracy)>']],
  ['max(dev/accuracy)>', []],
  ['accu', ['max(dev/accuracy)>', 'dev/accuracy>']],
  ['', []],
  ['done ', []],
])('after %s come %j', (text, expected) => {
  expect(inserts(text)).toEqual(expected);
});

test('takes the place of what was begun, not of what stands before it', () => {
  expect(suggest('status:failed tag:pa', 20, choices).from).toBe(18);
  expect(suggest('status:failed gr OR x', 16, choices).from).toBe(14);
});
