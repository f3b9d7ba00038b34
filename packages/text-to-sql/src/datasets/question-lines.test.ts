import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '@queryloop/contracts';
import { afterAll, expect, test } from 'vitest';
import { readQuestionLines } from './question-lines.ts';

const folder = mkdtempSync(join(tmpdir(), 'queryloop-lines-'));
afterAll(() => rmSync(folder, { recursive: true }));

function read(text: string | Buffer) {
  const path = join(folder, 'qa.jsonl');
  writeFileSync(path, text);
  return readQuestionLines(path);
}

test('answers as text, numbers and lists; SQL; blank lines, a byte-order mark and Windows line ends', () => {
  const text = [
    '\uFEFF{"question": " Who? ", "answer": "Ann"}',
    '',
    '{"question": "How many?", "answer": 3, "id": 7, "type": "count", "split": "dev", "more": [1]}',
    '{"question": "Which?", "answer": ["a", 2]}',
    '{"question": "All?", "sql": "SELECT 1", "evidence": "one", "answer": null, "id": null}',
  ].join('\r\n');
  expect(read(text)).toEqual([
    { id: 'qa-1', question: 'Who?', answer: 'Ann', type: '', place: 'qa.jsonl:1' },
    { id: '7', question: 'How many?', answer: '3', type: 'count', split: 'dev', place: 'qa.jsonl:3' },
    { id: 'qa-4', question: 'Which?', answer: 'a, 2', type: '', place: 'qa.jsonl:4' },
    { id: 'qa-5', question: 'All?', sql: 'SELECT 1', type: '', evidence: 'one', place: 'qa.jsonl:5' },
  ]);
});

const good = '{"question": "q", "answer": "a"}\n';

test.each([
  ['broken JSON', '{"question": "q", "answer": "a"\n', /qa\.jsonl:1: not JSON/],
  ['the second line broken', `${good}{"question": "q"\n`, /qa\.jsonl:2: not JSON/],
  ['a list on a line', `${good}[1]\n`, /qa\.jsonl:2: not a JSON object/],
  ['a JSON list', '[{"question": "q", "answer": "a"}]', /one JSON list/],
  ['no question', '{"Question": "q", "answer": "a"}', /"question" is missing \(found: Question, answer\)/],
  ['an empty question', '{"question": " ", "answer": "a"}', /"question" is " "/],
  ['no answer', '{"question": "q"}', /neither "answer" nor "sql"/],
  ['an empty answer', '{"question": "q", "answer": ""}', /"answer" is empty/],
  ['an answer of another kind', '{"question": "q", "answer": true}', /"answer" is true/],
  ['an answer with NULL', '{"question": "q", "answer": ["a", null]}', /"answer" is \["a",null\]/],
  ['SQL of another kind', '{"question": "q", "sql": 3}', /"sql" is 3, not text/],
  [
    'an id twice',
    '{"question": "q", "answer": "a", "id": 1}\n{"question": "r", "answer": "a", "id": "1"}',
    /id "1" stands in qa\.jsonl:1/,
  ],
  ['nothing', '\n \n', /holds no question/],
  ['bytes that are no text', Buffer.from([0x7b, 0xff, 0x00]), /not UTF-8/],
])('%s is a UserError that says where', (_, text, message) => {
  expect(() => read(text)).toThrow(UserError);
  expect(() => read(text)).toThrow(message);
});

test('a file that is not there; many broken lines are told in one message', () => {
  expect(() => readQuestionLines(join(folder, 'none.jsonl'))).toThrow('no such file');
  expect(() => read('x\n'.repeat(30))).toThrow(/30 lines cannot be used[\s\S]*qa.jsonl:20[\s\S]*and 10 more/);
});
