/** The generated part of a page comes and goes between its markers; what people wrote stays. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '@queryloop/contracts';
import { afterAll, expect, test } from 'vitest';
import { markersOf, openReportPage } from './report-page.ts';

const folder = mkdtempSync(join(tmpdir(), 'queryloop-page-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, 'page.md');
const [begin, end] = markersOf('mine');

test('only what stands between the markers is replaced, and the same lines change nothing', () => {
  const other = markersOf('other').join('\nkept too\n');
  writeFileSync(file, `# By hand\n\n${begin}\n${end}\n\nmore\n${other}\n`);
  const page = openReportPage(file, 'mine');
  expect(page.write(['one', 'two'])).toBe(true);
  const written = readFileSync(file, 'utf8');
  expect(written).toBe(`# By hand\n\n${begin}\n\none\ntwo\n\n${end}\n\nmore\n${other}\n`);
  expect(page.write(['one', 'two'])).toBe(false);
  expect(openReportPage(file, 'mine').write(['three'])).toBe(true);
  expect(readFileSync(file, 'utf8')).toBe(written.replace('one\ntwo', 'three'));
});

test('what is written on the page meanwhile stays', () => {
  writeFileSync(file, `${begin}\n${end}\n`);
  const page = openReportPage(file, 'mine');
  writeFileSync(file, `new words\n${begin}\nold\n${end}\n`);
  page.write(['table']);
  expect(readFileSync(file, 'utf8')).toBe(`new words\n${begin}\n\ntable\n\n${end}\n`);
});

test.each([
  ['# no markers', `the line "${begin}" is missing`],
  [`${begin}\n`, `the line "${end}" is missing`],
  [`${end}\n${begin}\n`, 'its markers stand in the wrong order'],
  [`${begin}\n${end}\n${begin}\n${end}\n`, 'its markers stand there more than once'],
  [`text ${begin} text\n${end}`, `the line "${begin}" is missing`],
])('page %#: refused with what to write', (text, why) => {
  writeFileSync(file, text);
  let found: unknown;
  try {
    openReportPage(file, 'mine');
  } catch (error) {
    found = error;
  }
  expect(found).toBeInstanceOf(UserError);
  expect((found as UserError).message).toBe(`report ${file}: ${why}`);
  expect((found as UserError).hint).toContain(`${begin}\n  ${end}`);
  expect(readFileSync(file, 'utf8')).toBe(text);
});

test('a page that is not there, or a folder, is said to be', () => {
  expect(() => openReportPage(join(folder, 'none.md'), 'mine')).toThrow('none.md: no such file');
  expect(() => openReportPage(folder, 'mine')).toThrow('is a folder');
});
