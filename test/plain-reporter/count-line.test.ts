/** The count that machines read: every kind of failure is in it. */
import { expect, test } from 'vitest';
import { countLine } from './count-line.ts';

test('counts tests over all files', () => {
  const modules = [
    { state: 'passed', tests: ['passed', 'passed'] },
    { state: 'failed', tests: ['passed', 'failed'] },
  ];
  expect(countLine(modules, 0)).toBe('3 passed, 1 failed');
});

test('a file that does not load and an error outside tests count as failed', () => {
  expect(
    countLine(
      [
        { state: 'failed', tests: [] },
        { state: 'passed', tests: ['passed'] },
      ],
      1,
    ),
  ).toBe('1 passed, 2 failed');
});

test('skipped tests are told', () => {
  expect(countLine([{ state: 'passed', tests: ['passed', 'skipped'] }], 0)).toBe('1 passed, 0 failed, 1 skipped');
});
