import { expect, it } from 'vitest';
import { addWordNoise } from './word-noise.ts';

const question = 'how many {type} did {athlete} win at the {tournament} before {year} ?';

it('never touches placeholders or their order', () => {
  for (let i = 0; i < 300; i++) {
    const noisy = addWordNoise(question, ['lorem', 'ipsum'], 0.5, [1, i]);
    expect(noisy.match(/\{\w+\}/g)).toEqual(question.match(/\{\w+\}/g));
  }
});

it('changes about the asked share of words, the same for the same key', () => {
  expect(addWordNoise(question, ['x'], 0, [1])).toBe(question);
  expect(addWordNoise(question, ['x'], 0.3, [5])).toBe(addWordNoise(question, ['x'], 0.3, [5]));
  const changed = Array.from({ length: 500 }, (_, i) => addWordNoise(question, ['x'], 0.1, [i])).filter(
    (noisy) => noisy !== question,
  ).length;
  expect(changed / 500).toBeGreaterThan(0.6);
  expect(changed / 500).toBeLessThan(0.9);
});
