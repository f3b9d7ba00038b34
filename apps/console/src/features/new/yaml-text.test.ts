/** Changing one field of YAML text. */
import { expect, test } from 'vitest';
import { valueAt, valuesOf, withField } from './yaml-text.ts';

const text = '# mine\nname: a # short\ngrpo:\n  updates: 3\nrollout: { groupSize: 4, temperature: 1 }\n';

test('a field is set where it stands, and comments stay', () => {
  const changed = withField(text, ['grpo', 'updates'], 9);
  expect(changed).toContain('# mine');
  expect(changed).toContain('name: a # short');
  expect(valuesOf(changed)).toEqual({ name: 'a', grpo: { updates: 9 }, rollout: { groupSize: 4, temperature: 1 } });
});

test('a field in a group that is not there, or empty, makes the group', () => {
  expect(valuesOf(withField(text, ['grpo', 'optimizer', 'learningRate'], 0.1))).toMatchObject({
    grpo: { updates: 3, optimizer: { learningRate: 0.1 } },
  });
  expect(valuesOf(withField('grpo:\n', ['grpo', 'updates'], 1))).toEqual({ grpo: { updates: 1 } });
  expect(valuesOf(withField('', ['seed'], 4))).toEqual({ seed: 4 });
});

test('leaving out the last field of a group leaves out the group', () => {
  expect(withField(text, ['grpo', 'updates'], undefined)).not.toContain('grpo');
  expect(withField('seed: 1\n', ['seed'], undefined)).toBe('');
});

test('what is no YAML map has no values', () => {
  expect(valuesOf('a: [')).toBeNull();
  expect(valuesOf('- 1')).toBeNull();
  expect(valuesOf('')).toEqual({});
  expect(valueAt({ a: { b: 1 } }, ['a', 'b'])).toBe(1);
  expect(valueAt(null, ['a', 'b'])).toBeUndefined();
});
