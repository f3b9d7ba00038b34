/** Which fields of `prompt` and `warmStart` go together. */
import { expect, test } from 'vitest';
import { ExperimentConfig } from './experiment-config.ts';
import { prepareDatasetInput, warmStartInput } from './step-inputs.ts';

const policy = { folder: '/models/small' };
const dataset = { kind: 'dataset', hash: '0'.repeat(64), bytes: 1 } as const;

function problems(config: Record<string, unknown>): string[] {
  const { error } = ExperimentConfig.safeParse(config);
  return (error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);
}

test.each([
  [{ prompt: { style: 'zero-shot' } }, 'prompt.style: zero-shot is for language models: give one in policy.folder'],
  [{ prompt: { template: 'x.jinja' } }, 'prompt.template: does not go with style placeholder'],
  [{ policy, prompt: { system: 'x' } }, 'prompt.system: does not go with style placeholder'],
  [{ policy, prompt: { chat: false } }, 'prompt.chat: does not go with style placeholder'],
  [{ policy, prompt: { style: 'paper', examples: 'x.jsonl' } }, 'prompt.examples: style paper shows no examples'],
  [{ policy, prompt: { style: 'chat' } }, 'prompt.style: Invalid option'],
  [{ policy, prompt: { style: 'zero-shot', shots: -1 } }, 'prompt.shots: Too small'],
  [{ warmStart: { grammarShare: 0.5 } }, 'warmStart.grammarShare: needs a JSONL file in warmStart.pairs'],
  [{ warmStart: { pairs: 'grammar', grammarShare: 0.5 } }, 'warmStart.grammarShare: needs a JSONL file'],
])('%j is refused', (config, message) => {
  expect(problems(config)).toHaveLength(1);
  expect(problems(config)[0]).toContain(message);
});

test.each([
  { policy, prompt: { style: 'few-shot', examples: 'x.jsonl', system: 'x', chat: false } },
  { policy, prompt: { style: 'zero-shot', template: 'x.jinja' }, warmStart: { pairs: 'grammar' } },
  { warmStart: { pairs: 'x.jsonl', grammarShare: 0.5 } },
])('%j is allowed', (config) => {
  expect(problems(config)).toEqual([]);
});

test('steps of the placeholder style are given what they were always given', () => {
  const config = ExperimentConfig.parse({});
  expect(Object.keys(prepareDatasetInput(config))).toEqual(['dataset', 'database']);
  expect(warmStartInput(config, dataset)).not.toHaveProperty('maxTokens');
  const { prompt: _, ...earlier } = config;
  expect(Object.keys(prepareDatasetInput(earlier))).toEqual(['dataset', 'database']);
  const literal = ExperimentConfig.parse({ policy, prompt: { style: 'zero-shot' } });
  expect(prepareDatasetInput(literal)).toHaveProperty('prompt.style', 'zero-shot');
  expect(warmStartInput(literal, dataset)).toHaveProperty('maxTokens', 48);
});
