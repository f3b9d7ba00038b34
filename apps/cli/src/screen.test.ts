/** How shares, times and bars read. */
import { expect, test } from 'vitest';
import { duration, percent, progressBar } from './screen.ts';

test('bars', () => {
  expect(progressBar(0, 10)).toBe(`${'░'.repeat(24)}   0 %`);
  expect(progressBar(5, 10)).toBe(`${'█'.repeat(12)}${'░'.repeat(12)}  50 %`);
  expect(progressBar(12, 10)).toBe(`${'█'.repeat(24)} 100 %`);
  expect(progressBar(0, 0)).toContain('0 %');
});

test('numbers', () => {
  expect(percent(0.31488)).toBe('31.5 %');
  expect(duration(42.06)).toBe('42.1 s');
  expect(duration(185.4)).toBe('3 min 05 s');
  expect(duration(119.7)).toBe('2 min 00 s');
});
