/** Prompts of a template that opens the model's reasoning: what is read out of answers, and what is written as one. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ExperimentConfig, prepareDatasetInput } from '@queryloop/contracts';
import { Policy } from '@queryloop/policy';
import { openChatTemplate } from '@queryloop/text-to-sql';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadDataset } from './dataset-artifact.ts';
import { prepareDataset } from './prepare-dataset.ts';
import { openPrompts, type Prompts } from './prompts.ts';
import { contextIn } from './step-context.fixture.ts';

const golden = join(import.meta.dirname, '../../test/golden/fixtures/llama-tiny');
const folder = mkdtempSync(join(tmpdir(), 'queryloop-prompts-'));
const context = contextIn(folder);
let policy: Policy;
let prompts: Prompts;
let question: string;

beforeAll(async () => {
  policy = await Policy.load(golden);
  const config = ExperimentConfig.parse({
    dataset: { name: 'built-in-world' },
    policy: { folder: golden },
    prompt: { style: 'zero-shot' },
  });
  const prepared = await prepareDataset(prepareDatasetInput(config), context);
  const dataset = await loadDataset(prepared.dataset, context);
  question = dataset.splits.train.questions[0]?.question ?? '';
  const template = openChatTemplate({
    tokenizerConfig: {},
    template:
      '{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}{% if add_generation_prompt %}assistant: <think>\n{% endif %}',
  });
  prompts = openPrompts(dataset, { role: 'train', template, policy, maxTokens: 64 });
});
afterAll(() => {
  policy.dispose();
  rmSync(folder, { recursive: true });
});

const read = (written: string) => prompts.completionOf(policy.tokenizer.encode(written, { bare: true }));

it('finds no query in reasoning that did not end', () => {
  const written = 'I would begin with\nSELECT COUNT(*) FROM Medal;\nbut then';
  expect(read(written)).toEqual({ text: '', written });
  expect(read(`${written}</think>\n\nSELECT 1`).text).toBe('SELECT 1');
});

it('reads the query in an answer that it writes', () => {
  expect(prompts.completionOf(prompts.answerIds(question, 'SELECT 1'))).toEqual({
    text: 'SELECT 1',
    written: '</think>\n\nSELECT 1',
  });
});
