/** The language of the search field: precedence, quoting, and mistakes with their place. */
import { UserError } from '@queryloop/contracts';
import { describe, expect, test } from 'vitest';
import { type Cell, compileFilter } from './filter-match.ts';
import { type FilterNode, parseFilter } from './filter-parse.ts';

/** A tree in one line: [and a [not b]]. */
function shown(node: FilterNode | null): string {
  if (node === null) return 'everything';
  if (node.kind === 'words') return `'${node.words}'`;
  if (node.kind === 'compare') return `${node.field} ${node.operator} '${node.value}'`;
  if (node.kind === 'not') return `[not ${shown(node.part)}]`;
  return `[${node.kind} ${node.parts.map(shown).join(' ')}]`;
}

test.each([
  ['', 'everything'],
  ['   ', 'everything'],
  ['smoke', "'smoke'"],
  ['smoke test', "[and 'smoke' 'test']"],
  ['"smoke test"', "'smoke test'"],
  ['"a \\"b\\" \\\\ c"', '\'a "b" \\ c\''],
  ['a OR b c', "[or 'a' [and 'b' 'c']]"],
  ['(a OR b) c', "[and [or 'a' 'b'] 'c']"],
  ['NOT a AND NOT (b OR c)', "[and [not 'a'] [not [or 'b' 'c']]]"],
  ['NOT NOT a', "[not [not 'a']]"],
  ['status:failed', "status : 'failed'"],
  ['status:failed(x)', "[and status : 'failed' 'x']"],
  ['name : "two words"', "[and 'name' …"],
  ['grpo.beta<=1e-3', "grpo.beta <= '1e-3'"],
  ['max(dev/accuracy)>0.6', "max(dev/accuracy) > '0.6'"],
  ['created>2026-01-01T10:30', "created > '2026-01-01T10:30'"],
  ['ORDER ANDroid NOTE', "[and 'ORDER' 'ANDroid' 'NOTE']"],
  ['tag!=old wow!', "[and tag != 'old' 'wow!']"],
  ['reward.correct= 2', "reward.correct = '2'"],
  ['läuft 走る', "[and 'läuft' '走る']"],
  [
    'status:failed AND (tag:paper OR grpo.optimizer.learningRate<1e-3) AND dev/accuracy>0.6 text',
    "[and status : 'failed' [or tag : 'paper' grpo.optimizer.learningRate < '1e-3'] dev/accuracy > '0.6' 'text']",
  ],
])('%s is read as %s', (text, expected) => {
  if (expected.endsWith('…')) expect(() => parseFilter(text)).toThrow('":" has no field before it at character 6');
  else expect(shown(parseFilter(text))).toBe(expected);
});

test.each([
  ['(a OR b', 'the "(" is never closed: it stands at character 1'],
  ['a) b', 'a ")" that closes nothing at character 2'],
  ['a AND', 'something to look for is missing at character 6'],
  ['AND a', 'AND has nothing before it at character 1'],
  ['a AND OR b', 'OR has nothing before it at character 7'],
  ['a ()', 'something to look for is missing before ")" at character 4'],
  ['status:', 'status: needs a value at character 8'],
  ['a >3', '">" has no field before it at character 3'],
  ['name:"open', 'the quote is never closed: it stands at character 6'],
  ['NOT', 'something to look for is missing at character 4'],
  [`${'('.repeat(500)}a${')'.repeat(500)}`, 'too many parentheses inside each other at character'],
  ['x'.repeat(5000), 'more than 4000 characters'],
])('%s is refused with its place', (text, message) => {
  expect(() => parseFilter(text)).toThrow(UserError);
  expect(() => parseFilter(text)).toThrow(message);
});

describe('matching', () => {
  const run = (cells: Record<string, Cell | Cell[]>, words: string[] = []) => ({
    words,
    cells: ({ id }: { id: string }) => [cells[id] ?? null].flat(),
  });
  const passes = (filter: string, subject: ReturnType<typeof run>): boolean =>
    compileFilter(parseFilter(filter) as FilterNode).test(subject);

  test.each([
    ['grpo.beta<0.1', true],
    ['grpo.beta=0.05', true],
    ['grpo.beta:5e-2', true],
    ['grpo.beta!=0.05', false],
    ['grpo.lossType:DAPO', true],
    ['grpo.lossType:dap', true],
    ['grpo.lossType=dap', false],
    ['status:fail', false],
    ['status:failed', true],
    ['tag:paper', true],
    ['tag!=paper', false],
    ['tag!=other', true],
    ['tag:pap', false],
    ['dev/accuracy>60%', true],
    ['reward>0', false],
    ['reward!=0', true],
    ['NOT reward>0', true],
    ['duration>1h', true],
    ['duration<90min', false],
    ['created>=2026-01-02', true],
    ['created<2026-01-02', false],
    ['"big fish"', true],
    ['fish NOT whale', true],
  ])('%s: %s', (filter, expected) => {
    const subject = run(
      {
        ...{ status: 'failed', tag: ['paper', 'kept'], duration: 2 * 3600, created: Date.parse('2026-01-02') },
        ...{ 'grpo.beta': 0.05, 'grpo.lossType': 'dapo', 'dev/accuracy': 0.61 },
      },
      ['A Big Fish'],
    );
    expect(passes(filter, subject)).toBe(expected);
  });

  test.each([
    ['x reward>high', 'reward> needs a number, not "high", at character 3'],
    ['created>yesterday', 'created> needs a day such as 2026-01-31, not "yesterday", at character 1'],
    ['seed:one', 'seed: needs a number, not "one", at character 1'],
    ['grpo.lossType<dapo', 'grpo.lossType< needs a number'],
  ])('%s is refused', (filter, message) => {
    expect(() => compileFilter(parseFilter(filter) as FilterNode)).toThrow(message);
  });
});
