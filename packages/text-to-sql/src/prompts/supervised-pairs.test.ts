/** Pairs and examples from files: every form they may have, and lines that cannot be used. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { UserError } from '@queryloop/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readExamples } from './read-examples.ts';
import { readSupervisedPairs } from './supervised-pairs.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'queryloop-pairs-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function written(...lines: unknown[]): string {
  const path = join(folder, 'pairs.jsonl');
  writeFileSync(path, lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'));
  return path;
}

function failure(work: () => unknown): UserError {
  try {
    work();
  } catch (error) {
    return error as UserError;
  }
  throw new Error('it did not fail');
}

const user = { role: 'user', content: 'How many?' };
const assistant = { role: 'assistant', content: 'SELECT 3' };

test('a prompt is a text, a question or a conversation, what to write is sql, completion or the last message', () => {
  const path = written(
    { prompt: ' as it is\n', sql: 'SELECT 1' },
    { question: ' How many? ', completion: '<think>two</think>SELECT 2' },
    '',
    { messages: [user, assistant] },
    { messages: [{ role: 'system', content: 'Be brief.' }, user], sql: 'SELECT 4', more: 1 },
    { prompt: [user], completion: 'SELECT 5', question: null },
  );
  expect(readSupervisedPairs(path)).toEqual([
    { prompt: { text: ' as it is\n' }, completion: 'SELECT 1', line: 1 },
    { prompt: { question: 'How many?' }, completion: '<think>two</think>SELECT 2', line: 2 },
    { prompt: { messages: [user] }, completion: 'SELECT 3', line: 4 },
    { prompt: { messages: [{ role: 'system', content: 'Be brief.' }, user] }, completion: 'SELECT 4', line: 5 },
    { prompt: { messages: [user] }, completion: 'SELECT 5', line: 6 },
  ]);
});

test.each([
  ['{"prompt": "x"', 'not JSON'],
  ['["x"]', 'not a JSON object'],
  [{ query: 'x', sql: 'SELECT 1' }, 'none of "prompt", "question" and "messages" is there (found: query, sql)'],
  [{ prompt: 'x', question: 'y', sql: 'SELECT 1' }, 'has "prompt" and "question"; one of them is expected'],
  [{ question: 'x' }, '"sql" is missing (found: question)'],
  [{ question: 7, sql: 'SELECT 1' }, '"question" is 7; expected text'],
  [{ question: 'x', sql: '' }, '"sql" is empty'],
  [{ question: 'x', sql: 'SELECT 1', completion: 'SELECT 2' }, 'says twice what to write: sql and completion'],
  [{ messages: [user, assistant], sql: 'SELECT 1' }, 'says twice what to write: sql and the last message'],
  [{ messages: [{ role: 'robot', content: 'x' }], sql: 'SELECT 1' }, 'message 1 has role "robot"'],
  [{ messages: [user, { role: 'assistant' }] }, 'message 2 has no text in "content"'],
  [{ messages: [], sql: 'SELECT 1' }, '"messages" is no list of messages'],
  [{ messages: [assistant, user], sql: 'SELECT 1' }, 'the conversation begins with the assistant'],
])('%j is named by its line', (line, message) => {
  const error = failure(() => readSupervisedPairs(written({ question: 'x', sql: 'SELECT 1' }, '', line)));
  expect(error).toMatchObject({ name: 'UserError', field: 'warmStart.pairs' });
  expect(error.message).toContain(`pairs.jsonl:3: ${message}`);
});

test('all lines that cannot be used are told at once, up to twenty', () => {
  const { message } = failure(() => readSupervisedPairs(written(...Array.from({ length: 25 }, () => '{}'))));
  expect(message.split('\n')).toHaveLength(21);
  expect(message).toContain('and 5 more lines');
});

test('a file that is not there, empty, or no text is named', () => {
  expect(failure(() => readSupervisedPairs(join(folder, 'none.jsonl'))).message).toContain('no such file');
  expect(failure(() => readSupervisedPairs(written(''))).message).toContain('holds no line');
  writeFileSync(join(folder, 'latin.jsonl'), Buffer.from([0x7b, 0xe4, 0x7d]));
  expect(failure(() => readSupervisedPairs(join(folder, 'latin.jsonl'))).message).toContain('not UTF-8');
});

test('examples are questions with their queries', () => {
  expect(readExamples(written({ question: 'x ', sql: ' SELECT 1' }))).toEqual([{ question: 'x', sql: 'SELECT 1' }]);
  expect(failure(() => readExamples(written({ question: 'x', completion: 'y' })))).toMatchObject({
    field: 'prompt.examples',
    message: expect.stringContaining('pairs.jsonl:1: "sql" is missing') as string,
  });
});
