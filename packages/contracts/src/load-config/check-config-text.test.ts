/** Texts as an editor sends them: mistakes with their places, and texts that are no config at all. */
import { expect, test } from 'vitest';
import { ExperimentConfig } from '../experiment-config.ts';
import { UserError } from '../user-error.ts';
import { checkConfigText, mostConfigCharacters } from './index.ts';

test('a text that is right gives the whole config, with what is set over it', () => {
  expect(checkConfigText('seed: 3')).toEqual({ config: ExperimentConfig.parse({ seed: 3 }), issues: [] });
  const { config } = checkConfigText('seed: 3', { set: ['grpo.beta=0.5'], seed: 4 });
  expect(config).toMatchObject({ seed: 4, grpo: { beta: 0.5 } });
});

test('every mistake has its path, line and column', () => {
  const { config, issues } = checkConfigText(
    'seed: 1\ngrpo:\n  betta: 0.1\n  updates: -2\nevaluation: {everyUpdates: x}',
  );
  expect(config).toBeNull();
  const hint = 'Every field is described in docs/config.md.';
  expect(issues).toHaveLength(3);
  expect(issues).toEqual(
    expect.arrayContaining([
      { path: 'grpo.betta', message: 'unknown key; did you mean "beta"?', hint, line: 3, column: 3 },
      { path: 'grpo.updates', message: '-2 is too small; allowed: > 0', hint, line: 4, column: 3 },
      { path: 'evaluation.everyUpdates', message: '"x" is not a number', hint, line: 5, column: 14 },
    ]),
  );
});

test('a mistake that an option made has no place in the text', () => {
  const { issues } = checkConfigText('grpo:\n  beta: 0.1', { set: ['grpo.beta=-1'] });
  expect(issues).toMatchObject([{ path: 'grpo.beta' }]);
  expect(issues[0]).not.toHaveProperty('line');
});

test.each([
  ['seed: [1', { path: '', line: 1, message: expect.stringContaining('not valid YAML') as string }],
  ['just words', { path: '', message: 'expected fields such as "seed: 1", found "just words"' }],
  [
    'a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: &d [*c, *c]\ne: &e [*d, *d]\nf: &f [*e, *e]\ng: [*f, *f]',
    {
      path: '',
      message: expect.stringContaining('Excessive alias count') as string,
    },
  ],
  ['['.repeat(20_000), { path: '', message: expect.stringContaining('not valid YAML') as string }],
  ['__proto__: { seed: 1 }', { path: '__proto__', line: 1 }],
  [
    `seed: ${'9'.repeat(5_000)}x`,
    { path: 'seed', message: expect.stringMatching(/^.{190,250}is not a number$/) as string },
  ],
])('mistake %#: words for what is wrong', (text, issue) => {
  const { config, issues } = checkConfigText(text);
  expect(config).toBeNull();
  expect(issues[0]).toMatchObject(issue);
});

test('an option cannot reach what objects inherit', () => {
  for (const key of ['__proto__.polluted', 'constructor.prototype.polluted']) {
    expect(checkConfigText('', { set: [`${key}=1`] }).issues, key).toHaveLength(1);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  }
});

test('thousands of mistakes are told by the first hundred', () => {
  const keys = Array.from({ length: 4_000 }, (_, i) => `k${i}: 1`);
  expect(checkConfigText(keys.join('\n')).issues).toHaveLength(100);
});

test('a text that is too long is not looked at', () => {
  expect(checkConfigText(`${'#'.repeat(mostConfigCharacters - 8)}\nseed: 2`).config?.seed).toBe(2);
  expect(() => checkConfigText('#'.repeat(mostConfigCharacters + 1))).toThrow(UserError);
  expect(() => checkConfigText(' '.repeat(10_000_000))).toThrow(
    'the config has 10,000,000 characters; at most 64,000 are read',
  );
});
