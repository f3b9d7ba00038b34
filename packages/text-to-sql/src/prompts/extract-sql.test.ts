/** Queries in everything that a language model may write around them. */
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { athletesSchema } from '../databases/schema.ts';
import { grammarSampler } from '../grammar/sample-pairs.ts';
import { athletesWordList } from '../grammar/word-list.ts';
import { bindPlaceholders } from '../linking/bind-placeholders.ts';
import { extractSql } from './extract-sql.ts';

const query = "SELECT COUNT(*) FROM Medal m WHERE m.type = 'a;b (x' AND m.`x y` = 2";

test.each([
  ['as it is', query],
  ['with a semicolon', `\n ${query} ;\n`],
  ['followed by another', `${query}; SELECT 2;`],
  ['labelled', `SQL: ${query}`],
  ['labelled on a line of its own', `MySQL query:\n${query}`],
  ['fenced', `\`\`\`sql\n${query};\n\`\`\``],
  ['fenced without a language', `Here it is.\n\n\`\`\`\n${query}\n\`\`\`\nIt counts medals.`],
  ['fenced with tildes', `~~~mysql\n${query}\n~~~`],
  ['fenced on the line of the language', `\`\`\`sql ${query}\n\`\`\``],
  ['in a fence that the token limit cut', `The tables are joined.\n\`\`\`sql\n${query}`],
  ['fenced before a fence that was cut', `\`\`\`sql\n${query}\n\`\`\`\nOr:\n\`\`\`sql\nSELECT`],
  ['in the last of several fences', `\`\`\`sql\nSELECT 1\n\`\`\`\nNo, rather:\n\`\`\`sql\n${query}\n\`\`\``],
  ['beside code in another language', `\`\`\`sql\n${query}\n\`\`\`\n\`\`\`python\nprint(1)\n\`\`\``],
  ['after reasoning', `<think>SELECT 1 would be \`\`\`sql\nwrong\n\`\`\`</think>\n\n${query}`],
  ['after reasoning that the prompt began', `SELECT 1 would be wrong.</think>\`\`\`sql\n${query}\n\`\`\``],
  ['in answer tags', `<think>how</think> SELECT 1? <answer>\n${query}\n</answer> done`],
  ['in answer tags that were cut', `<answer>${query}`],
  ['in tags and a fence', `<answer>\`\`\`sql\n${query}\n\`\`\`</answer>`],
  ['in SQLCoder’s tags, opened by the prompt', `\n${query}\n[/SQL] [QUESTION]`],
  ['in a sentence', `The query is ${query}`],
  ['before an explanation', `${query}\n\nThis query counts medals; it's simple.`],
  ['before the next question', `${query}\nQuestion: how many?\nSQL: SELECT 2`],
  ['labelled in bold', `**Answer:** ${query}`],
  ['behind a label in bold', `Medals are counted.\n**SQL query**: ${query}`],
  ['fenced in one line', `\`\`\`sql ${query} \`\`\``],
  ['in tags of a final answer', `<final_answer>${query}</final_answer>`],
  ['before an explanation in bold', `${query}\n**Explanation**: it counts.`],
  ['before a line across', `${query}\n---\nIt counts.`],
  ['with ends of lines of another system', `${query}\r\n\r\nThis counts medals.`],
  [
    'fenced before a statement that is none',
    `\`\`\`sql\n${query}\n\`\`\`\nFaster with\n\`\`\`sql\nCREATE INDEX i ON t (x)\n\`\`\``,
  ],
  ['after a sentence that selects', `Select the medals first, then count.\n\n${query}`],
])('finds a query %s', (_, written) => {
  expect(extractSql(written)).toBe(query);
});

test.each([
  [
    'WITH n AS (\n\n  SELECT 1 AS x\n\n)\n\nSELECT x\n\nFROM n\n\nWith this we count.',
    'WITH n AS (\n\n  SELECT 1 AS x\n\n)\n\nSELECT x\n\nFROM n',
  ],
  ['SELECT 1\n\nUNION ALL\n\nSELECT 2', 'SELECT 1\n\nUNION ALL\n\nSELECT 2'],
  ['-- count\nSELECT 1', '-- count\nSELECT 1'],
  ['Use `SELECT x FROM y` for it.', 'SELECT x FROM y'],
  ['Use `SELECT `x` FROM y` for it.', 'SELECT `x` FROM y'],
  ['The query `SELECT name FROM t` uses the `t` table.', 'SELECT name FROM t'],
  ['Use `SELECT t.`x` FROM `t`` and `t`.', 'SELECT t.`x` FROM `t`'],
  [
    'Here it is:\n\nSelect name From t Where x In (\n select id from u\n);',
    'Select name From t Where x In (\n select id from u\n)',
  ],
  ['select name\nfrom t\n\nwhere x = 1', 'select name\nfrom t\n\nwhere x = 1'],
  ['(SELECT 1) UNION (SELECT 2)', '(SELECT 1) UNION (SELECT 2)'],
  ['DROP TABLE Medal', 'DROP TABLE Medal'],
])('takes whole statements: %s', (written, sql) => {
  expect(extractSql(written)).toBe(sql);
});

test.each([
  'WITH a AS (\n  SELECT 1\n),\n\nb AS (\n  SELECT 2\n)\n\nSELECT * FROM a, b',
  '-- medals per year\nWITH a AS (\n  SELECT 1\n)\n\nSELECT * FROM a',
  'WITH a AS (SELECT 1)\n\n-- now count\nSELECT * FROM a',
  'SELECT 1\nUNION ALL\n\n-- second\nSELECT 2',
  'SELECT 1 -- first\n\nUNION ALL -- and\n\nSELECT 2',
  '-- count\n\n-- all\n\nSELECT 1',
])('takes statements of several paragraphs whole, fenced or not: %s', (sql) => {
  expect(extractSql(sql)).toBe(sql);
  expect(extractSql(`\`\`\`sql\n${sql}\n\`\`\`\n\nThis counts.`)).toBe(sql);
  expect(extractSql(`${sql}\n\nThis counts medals.`)).toBe(sql);
});

test.each([
  'SELECT a FROM t\n\nor\n\nSELECT b FROM t',
  'SELECT a FROM t\n\nwhere t is the table of medals.',
  '```sql\nSELECT a FROM t\n\nExplanation: this counts.\n```',
  '```sql\nSELECT a FROM t\n\nThis query counts.\n```',
])('takes prose in another paragraph for prose: %s', (written) => {
  expect(extractSql(written)).toBe('SELECT a FROM t');
});

test('takes all of a closed fence but another statement', () => {
  expect(extractSql('```sql\nSELECT a\n\nFrom t\nQuestion: none\n```')).toBe('SELECT a\n\nFrom t\nQuestion: none');
  expect(extractSql('```sql\nSELECT a FROM t\n\nSELECT 2\n```')).toBe('SELECT a FROM t');
});

test.each([
  '',
  'I cannot say.',
  'With this as a base, values are joined.',
  '<think>SELECT 1 and so on',
  '```python\nprint(1)\n```',
])('finds nothing in %j', (written) => {
  expect(extractSql(written)).toBe('');
});

describe('laws', () => {
  const sample = grammarSampler(athletesSchema, athletesWordList());
  const name = fc.string({ unit: fc.constantFrom('a', "'", '"', ';', '(', ')', ' ', '\n', '.', '-', '#', ':', '\\') });
  const sql = fc.tuple(fc.nat(5000), name).map(([index, value]) => {
    const values = Object.fromEntries(
      ['athlete', 'tournament', 'format', 'city', 'type'].flatMap((kind) =>
        [1, 2, 3].map((n) => [n === 1 ? kind : `${kind}${n}`, value]),
      ),
    );
    return bindPlaceholders(sample(2, index).sql, { ...values, year: 2001, year2: 2002, year3: 2003 });
  });
  const prose = fc
    .array(fc.constantFrom('The', 'medals', 'are', "don't", 'joined', '(by key)', '\n', '\n\n', 'with', '1.', 'count,'))
    .map((words) => words.join(' '));
  const wrapping = fc.constantFrom<(sql: string, prose: string) => string>(
    (text) => text,
    (text) => `${text};`,
    (text, before) => `${before}\n\`\`\`sql\n${text}\n\`\`\`\n${before}`,
    (text, before) => `<think>${before} SELECT 1;</think>\n\n${text};\n\n${before}`,
    (text, before) => `${before}\n<answer>${text}</answer>${before}`,
    (text, before) => `${before}\nSQL: ${text}`,
  );

  it('finds every query of the grammar, whatever values it holds and whatever stands around it', () => {
    fc.assert(
      fc.property(sql, prose, wrapping, (text, words, wrap) => {
        expect(extractSql(wrap(text, words))).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  it('takes a piece of the text as it is, and the same of that piece', () => {
    const bits = fc.constantFrom(
      'SELECT x',
      'FROM y',
      ';',
      '```',
      '```sql\n',
      '<think>',
      '</think>',
      '<answer>',
      '</answer>',
      '\n\n',
      '\n',
      "'",
      '`',
      '(',
      ')',
      'SQL:',
      'Select',
      'WITH a AS (',
      ' ',
      'words',
      '--',
      '/*',
      '.',
    );
    fc.assert(
      fc.property(fc.array(bits, { maxLength: 20 }), (parts) => {
        const written = parts.join('');
        const found = extractSql(written);
        expect(written).toContain(found);
        expect(found).toBe(found.trim());
      }),
      { numRuns: 3000 },
    );
  });

  it('takes time in proportion to the text', () => {
    for (const bit of [
      '(',
      "'",
      '\n',
      ' \n',
      '```\n',
      '<answer>',
      'SELECT ',
      '`',
      '/*',
      '--\n',
      'WITH a AS ',
      'a,\n\n',
      '--\n\n',
      'Select \n\n',
      'SELECT 1,\n\n',
    ]) {
      const start = performance.now();
      extractSql(bit.repeat(20_000 / bit.length));
      extractSql(`\`\`\`${bit.repeat(20_000 / bit.length)}`);
      extractSql(`\`\`\`${' '.repeat(20_000)}${bit}`);
      expect(performance.now() - start, bit).toBeLessThan(1000);
    }
  });
});
