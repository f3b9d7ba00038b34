/** A language model from a folder, the tiny random one of the golden files: from the dataset to an update, with prompts in words. */
import { cpSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ExperimentConfig,
  evaluatePolicyInput,
  generateRolloutInput,
  type Prediction,
  prepareDatasetInput,
  type Rewards,
  type Rollout,
  type StepContext,
  type StepProgress,
  UserError,
  warmStartInput,
} from '@queryloop/contracts';
import { Policy } from '@queryloop/policy';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadDataset } from './dataset-artifact.ts';
import { evaluatePolicy } from './evaluate-policy.ts';
import { generateRollout } from './generate-rollout.ts';
import { prepareDataset } from './prepare-dataset.ts';
import { releasePolicies } from './resident-policy.ts';
import { contextIn } from './step-context.fixture.ts';
import { nextUpdate, startOf } from './steps-in-a-row.fixture.ts';
import { warmStart } from './warm-start.ts';

const golden = join(import.meta.dirname, '../../test/golden/fixtures/llama-tiny');
const whole = { index: 0, of: 1 };

let folder = '';
let context: StepContext;
const reports: StepProgress[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'queryloop-lm-'));
  context = { ...contextIn(folder), progress: (report) => reports.push(report) };
});
afterAll(async () => {
  await releasePolicies();
  rmSync(folder, { recursive: true });
});

/** The golden folder, in a copy with another context. */
function policyFolder(context?: number): string {
  if (context === undefined) return golden;
  const copy = join(folder, `policy-${context}`);
  cpSync(golden, copy, { recursive: true });
  const config = JSON.parse(readFileSync(join(golden, 'config.json'), 'utf8')) as object;
  rmSync(join(copy, 'config.json'), { force: true });
  writeFileSync(join(copy, 'config.json'), JSON.stringify({ ...config, max_position_embeddings: context }));
  return copy;
}

function configOf(
  prompt: Record<string, unknown>,
  { warmStart: learned = {}, policy = golden, maxTokens = 8, rollout = {} } = {},
): ExperimentConfig {
  return ExperimentConfig.parse({
    dataset: { name: 'built-in-world' },
    policy: { folder: policy },
    prompt: { sampleValues: 2, ...prompt },
    warmStart: learned,
    rollout: { promptsPerUpdate: 2, groupSize: 2, maxTokens, proposals: 2, ...rollout },
    grpo: { updates: 1 },
    checkpoints: { everyUpdates: 1 },
  });
}

const datasets = new Map<string, ReturnType<typeof prepareDataset>>();

async function begin(config: ExperimentConfig) {
  const input = prepareDatasetInput(config);
  const key = JSON.stringify(input);
  const prepared = await (datasets.get(key) ?? prepareDataset(input, context));
  datasets.set(key, Promise.resolve(prepared));
  const { checkpoint, metrics } = await warmStart(warmStartInput(config, prepared.dataset), context);
  return { state: startOf(prepared, checkpoint), metrics };
}

/** What the policy read, special tokens and all. */
function readBy(promptIds: readonly number[]): string {
  const { tokenizer } = policies.golden;
  const marks = new Map([
    [509, '<start>'],
    [510, '<end>'],
  ]);
  let text = '';
  let plain: number[] = [];
  for (const id of [...promptIds, -1]) {
    const mark = id === -1 ? '' : marks.get(id);
    if (mark === undefined) plain.push(id);
    else {
      text += (plain.length === 0 ? '' : tokenizer.decode(plain)) + mark;
      plain = [];
    }
  }
  return text;
}

const policies = {} as { golden: Policy };
beforeAll(async () => {
  policies.golden = await Policy.load(golden);
});
afterAll(() => policies.golden.dispose());

describe('an update with zero-shot prompts', () => {
  it('reads schema and question through the chat template, runs what it writes as it is, and learns', async () => {
    // room for the proposals of the grammar
    const config = configOf(
      { style: 'zero-shot', system: 'You write SQL.', sampleValues: 1 },
      { maxTokens: 170, rollout: { promptsPerUpdate: 1, proposals: 6 } },
    );
    const { state } = await begin(config);
    const dataset = await loadDataset(state.prepared.dataset, context);
    const after = await nextUpdate(config, state, context);

    const { groups } = await context.artifacts.getJson<Rollout>(after.previous[0]?.rollout as never);
    for (const { prompt, promptIds, questions } of groups) {
      expect(dataset.splits.train.questions[questions[0] ?? -1]?.question).toBe(prompt);
      const read = readBy(promptIds);
      expect(read.startsWith('<start>system\nYou write SQL.<end>\n<start>user\nWrite one MySQL query')).toBe(true);
      expect(read).toContain('FOREIGN KEY (format_id) REFERENCES Format (format_id)');
      expect(read).toContain('-- e.g. ');
      expect(read.endsWith(`Question: ${prompt}\n\nAnswer with the query alone.\nSQL:<end>\n<start>assistant\n`)).toBe(
        true,
      );
    }
    const completions = groups.flatMap((group) => group.completions);
    const sampled = completions.filter(({ proposed }) => !proposed);
    expect(sampled).toHaveLength(2);
    // noise holds no query: what was written is kept beside it
    for (const { text, written, ids } of sampled) {
      expect(text).toBe('');
      expect(written).toBe(policies.golden.tokenizer.decode(ids));
    }
    const proposed = completions.filter((completion) => completion.proposed);
    expect(proposed.length).toBeGreaterThan(0);
    for (const { text, ids } of proposed) {
      expect(text).not.toMatch(/\{\w+\}/);
      expect(policies.golden.tokenizer.decode(ids)).toBe(text);
      expect(ids.at(-1)).toBe(510);
    }
    expect(after.metrics['outcomes/syntax']).toBe(1);
    expect(after.metrics['prompts/mean_tokens']).toBeGreaterThan(300);
    expect(after.metrics['prompts/values_cut']).toBe(0);
    const { rewards } = await context.artifacts.getJson<Rewards>(after.previous[0]?.rewards as never);
    expect(rewards.flat()).toContain(-0.5);
    expect(after.metrics['proposals/adopted']).toBeGreaterThan(0);
    expect(after.metrics['grad_norm']).toBeGreaterThan(0);
    expect(after.policy.replay).toEqual([]);
    const snapshot = await context.artifacts.path(after.policy.snapshot);
    expect(readFileSync(join(snapshot, 'chat_template.jinja'), 'utf8')).toContain('add_generation_prompt');
  });

  it('is the same when it is repeated', async () => {
    const config = configOf({ style: 'few-shot', shots: 1, sampleValues: 0 });
    const { state } = await begin(config);
    const rollouts = [];
    for (let i = 0; i < 2; i++) {
      const { rollout } = await generateRollout(generateRolloutInput(config, state, whole), context);
      rollouts.push(rollout);
      await releasePolicies();
    }
    expect(rollouts[0]).toEqual(rollouts[1]);
    const { groups } = await context.artifacts.getJson<Rollout>(rollouts[0] as never);
    expect(readBy(groups[0]?.promptIds ?? [])).toMatch(/Question: .*\nSQL:\nSELECT [\s\S]*Question: /);
  });

  it('is evaluated on the same prompts', async () => {
    const config = configOf({ style: 'paper', chat: false });
    const { state } = await begin(config);
    const input = evaluatePolicyInput(config, state.prepared.dataset, 'dev', state.policy, { index: 0, of: 150 });
    const { scores, predictions } = await evaluatePolicy(input, context);
    expect(scores.errorRate).toBe(1);
    const [first] = await context.artifacts.getJson<Prediction[]>(predictions);
    expect(first).toMatchObject({ sql: '', outcome: 'syntax' });
  });
});

describe('prompts that are too long', () => {
  /** Tokens of the longest prompt of a rollout. */
  const rollout = async (policy: string, prompt: Record<string, unknown> = {}) => {
    const config = configOf({ style: 'few-shot', shots: 2, ...prompt }, { policy });
    const { state } = await begin(config);
    const { metrics } = await generateRollout(generateRolloutInput(config, state, whole), context);
    await releasePolicies();
    return metrics;
  };

  it('lose sample values, then examples, and say so; the schema stays', async () => {
    const bare = (await rollout(policyFolder(4096), { shots: 0, sampleValues: 0 }))['prompts/max_tokens'] as number;
    const one = (await rollout(policyFolder(4096), { shots: 1, sampleValues: 0 }))['prompts/max_tokens'] as number;
    const cut = await rollout(policyFolder(one + 8 + 5));
    expect(cut).toMatchObject({ 'prompts/values_cut': 1, 'prompts/examples_cut': 1 });
    expect(cut['prompts/max_tokens']).toBeLessThanOrEqual(one + 5);
    expect(reports.map(({ detail = '' }) => detail).join('\n')).toContain(
      'sample values left out of 2 of 2 prompts, and examples from 2',
    );
    const failed = await rollout(policyFolder(bare - 50)).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(UserError);
    expect((failed as UserError).message).toMatch(/tokens with the schema and the question alone/);
    expect((failed as UserError).hint).toContain('policy.folder');
  });
});

describe('an adapter', () => {
  it('is prompted through the chat template of its base, where it comes without one', async () => {
    const adapter = join(folder, 'adapter');
    const policy = await Policy.load(golden);
    policy.addAdapter('default', { seed: 1, base: golden });
    policy.useAdapter('default');
    await policy.save(adapter);
    policy.dispose();
    for (const warmStart of [{}, { pairs: 'grammar', steps: 1, batchSize: 2 }]) {
      const { state } = await begin(configOf({ style: 'zero-shot' }, { policy: adapter, warmStart, maxTokens: 170 }));
      const checkpoint = await context.artifacts.path(state.policy.base);
      expect(readFileSync(join(checkpoint, 'chat_template.jinja'))).toEqual(
        readFileSync(join(golden, 'chat_template.jinja')),
      );
    }
  });
});

describe('a start on pairs', () => {
  const pairs = (...lines: object[]): string => {
    const path = join(folder, `pairs-${lines.length}.jsonl`);
    writeFileSync(path, lines.map((line) => JSON.stringify(line)).join('\n'));
    return path;
  };
  /** Short prompts learn faster. */
  const short = (): Record<string, unknown> => {
    const template = join(folder, 'short.jinja');
    writeFileSync(template, 'Q: {{ question }}');
    return { style: 'zero-shot', template };
  };

  it('learns what is to be written, and only that', async () => {
    const messages = [{ role: 'user', content: 'How many?' }];
    const line = { messages, sql: 'SELECT COUNT(*) FROM Medal' };
    const learned = { pairs: pairs(line), steps: 1, batchSize: 1, optimizer: { learningRate: 1e-9 } };
    const { metrics, state } = await begin(configOf(short(), { warmStart: learned }));
    const { tokenizer } = policies.golden;
    const prompt = tokenizer.encode('<|im_start|>user\nHow many?<|im_end|>\n<|im_start|>assistant\n');
    const whole = [...prompt, ...tokenizer.encode(`${line.sql}<|im_end|>`)];
    const scored = (await policies.golden.score(whole)).slice(prompt.length - 1);
    const loss = -scored.reduce((sum, value) => sum + value, 0) / scored.length;
    expect(metrics['warm_start/loss']).toBeCloseTo(loss, 4);
    // the policy keeps its template
    const base = await context.artifacts.path(state.policy.base);
    expect(readFileSync(join(base, 'chat_template.jinja'))).toEqual(readFileSync(join(golden, 'chat_template.jinja')));
  });

  it('takes questions, texts and the grammar’s own pairs', async () => {
    const file = pairs({ question: 'How many?', sql: 'SELECT 1' }, { prompt: 'Count: ', completion: 'SELECT 2' });
    const optimizer = { learningRate: 0.01, warmupSteps: 0 };
    const start = async (steps: number, more: object) => {
      const learned = { pairs: file, steps, batchSize: 2, optimizer, ...more };
      return (await begin(configOf(short(), { warmStart: learned }))).metrics['warm_start/loss'] as number;
    };
    expect(await start(10, {})).toBeLessThan(0.7 * (await start(1, {})));
    const mixed = await start(1, { grammarShare: 1 });
    expect(mixed).toBe(await start(1, { pairs: 'grammar' }));
  });

  it.each([
    [
      [
        { prompt: 'x', sql: 'SELECT 1' },
        { prompt: 'x '.repeat(1100), sql: 'SELECT 1' },
      ],
      /pairs-2\.jsonl:2: \d+ tokens of prompt .* context of 1024/,
    ],
    [[{ prompt: 'x' }], /pairs-1\.jsonl:1: "sql" is missing/],
  ])('names the line that cannot be learned', async (lines, message) => {
    const learned = { pairs: pairs(...lines), steps: 1, batchSize: 2 };
    await expect(begin(configOf(short(), { warmStart: learned }))).rejects.toThrow(message);
  });
});

describe('repair', () => {
  it('is a user’s turn of the chat template, and goes into the update', async () => {
    const template = join(folder, 'bare.jinja');
    writeFileSync(template, 'Q: {{ question }}');
    const config = configOf(
      { style: 'zero-shot', template },
      { maxTokens: 160, rollout: { promptsPerUpdate: 1, groupSize: 48, proposals: 4, repairTurns: 1 } },
    );
    const { state } = await begin(config);
    const after = await nextUpdate(config, state, context);
    const { groups } = await context.artifacts.getJson<Rollout>(after.previous[0]?.rollout as never);
    const [group] = groups;
    const repaired = (group?.completions ?? []).filter(({ turns }) => turns);
    // noise ends by itself now and then, and is no query
    expect(repaired.length).toBeGreaterThan(0);
    for (const { ids, toolMask = [], turns = [] } of repaired) {
      const from = toolMask.indexOf(0);
      expect(readBy(ids.slice(from - 1, toolMask.lastIndexOf(0) + 1))).toBe(
        `<end>\n<start>user\nThe query failed (${turns[0]?.message}). Answer with a query that runs.<end>\n<start>assistant\n`,
      );
      expect(turns[0]?.message).toBe('syntax error: no query was written');
    }
    expect(after.metrics['repair/mean_turns']).toBeCloseTo(1 + repaired.length / 48, 9);
    expect(after.metrics['repair/failed_turn_1']).toBe(1);
    expect(after.metrics['sampler_logprob_gap']).toBeLessThan(1e-3);
    expect(after.metrics['grad_norm']).toBeGreaterThan(0);
  });
});

it('says what is wrong with a folder before it takes it over', async () => {
  const copy = join(folder, 'cut');
  cpSync(golden, copy, { recursive: true });
  truncateSync(join(copy, 'model.safetensors'), 50_000);
  for (const lora of [undefined, {}]) {
    const config = configOf({ style: 'zero-shot' }, { policy: copy });
    const failed = begin({ ...config, policy: { ...config.policy, ...(lora && { lora }) } });
    await expect(failed).rejects.toThrow(`${join(copy, 'model.safetensors')} is not a whole safetensors file`);
  }
});

it('refuses placeholders for a policy that was not made to read them', async () => {
  await expect(begin(configOf({ style: 'placeholder' }))).rejects.toMatchObject({ field: 'prompt.style' });
});
