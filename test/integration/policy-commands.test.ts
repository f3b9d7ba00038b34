/** `generate` and `score` on a Hugging Face folder give what transformers gives; damaged folders end with a message. */
import { cpSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test, vi } from 'vitest';
import { lastJson, openWorkplace } from '../command-line.ts';

vi.setConfig({ testTimeout: 60_000 });

const folder = fileURLToPath(new URL('../golden/fixtures/llama-tiny', import.meta.url));
const { cases } = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as { cases: Case[] };
interface Case {
  text: string;
  input_ids: number[];
  token_logprobs: number[];
  greedy_24: number[];
  greedy_text: string;
}

const workplace = openWorkplace();
afterAll(() => workplace.remove());
const [example] = cases as [Case];

test('score gives the ids and the log-probability of each next token', async () => {
  const outcome = await workplace.start(['score', '--policy', folder, '--text', example.text, '--json']).ended;
  expect(outcome.code, outcome.stderr).toBe(0);
  const { ids, logProbs } = lastJson<{ ids: number[]; logProbs: number[] }>(outcome);
  expect(ids).toEqual(example.input_ids);
  expect(logProbs).toHaveLength(ids.length - 1);
  logProbs.forEach((value, i) => expect(value).toBeCloseTo(example.token_logprobs[i] as number, 3));
});

test('generate at temperature 0 gives the greedy tokens', async () => {
  const args = [
    '--policy',
    folder,
    '--prompt',
    example.text,
    '--max-tokens',
    String(example.greedy_24.length),
    '--json',
  ];
  const outcome = await workplace.start(['generate', ...args]).ended;
  expect(outcome.code, outcome.stderr).toBe(0);
  expect(lastJson<object>(outcome)).toMatchObject({ ids: example.greedy_24, text: example.greedy_text });
});

test.each([
  ['model.safetensors', 'model.safetensors'],
  ['config.json', 'config.json'],
  ['tokenizer.json', 'tokenizer.json'],
])('a folder without %s is refused by name', async (file, named) => {
  const damaged = join(workplace.folder, `without-${file}`);
  cpSync(folder, damaged, { recursive: true });
  rmSync(join(damaged, file));
  const outcome = await workplace.start(['generate', '--policy', damaged, '--prompt', 'x']).ended;
  expect(outcome.code).toBe(2);
  expect(outcome.stderr).toContain(named);
  expect(outcome.stderr).not.toMatch(/^\s+at /m);
});

test.each([
  ['placeholders for another tokenizer', [], (path: string) => `the tokenizer in ${path} has no placeholders`],
  [
    'weights that are cut, by the name of the folder that was given',
    ['--prompt', 'zero-shot'],
    (path: string) => `${join(path, 'model.safetensors')} is not a whole safetensors file`,
  ],
])('evaluate refuses %s', async (_, options, message) => {
  const damaged = join(workplace.folder, 'cut');
  cpSync(folder, damaged, { recursive: true });
  truncateSync(join(damaged, 'model.safetensors'), 50_000);
  const args = ['evaluate', '--policy', damaged, '--dataset', 'built-in-world', ...options];
  const outcome = await workplace.start(args).ended;
  expect(outcome.code, outcome.stderr).toBe(2);
  expect(outcome.stderr).toContain(message(damaged));
  expect(outcome.stderr).not.toMatch(/^\s+at /m);
});
