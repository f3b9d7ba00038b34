/** Rollouts whose completions a server gives as texts, of a language model with several end tokens. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Completion,
  ExperimentConfig,
  generateRolloutInput,
  prepareDatasetInput,
  type Rollout,
  UserError,
  warmStartInput,
} from '@queryloop/contracts';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { generateRollout } from '../generate-rollout.ts';
import { prepareDataset } from '../prepare-dataset.ts';
import { releasePolicies } from '../resident-policy.ts';
import { contextIn } from '../step-context.fixture.ts';
import { type RunState, startOf } from '../steps-in-a-row.fixture.ts';
import { warmStart } from '../warm-start.ts';
import { type Reply, type ScriptedServer, scriptedServer } from './scripted-server.fixture.ts';

const golden = join(import.meta.dirname, '../../../test/golden/fixtures/llama-tiny');
const [OTHER, END] = [0, 510];
const folder = mkdtempSync(join(tmpdir(), 'queryloop-served-rollout-'));
const policy = join(folder, 'policy');
const context = contextIn(folder);
let start: RunState;
let scripted: ScriptedServer | undefined;

beforeAll(async () => {
  cpSync(golden, policy, { recursive: true });
  const file = join(policy, 'generation_config.json');
  const settings = JSON.parse(readFileSync(file, 'utf8')) as object;
  writeFileSync(file, JSON.stringify({ ...settings, eos_token_id: [OTHER, END] }));
  const config = configFor('http://127.0.0.1:1/v1');
  const prepared = await prepareDataset(prepareDatasetInput(config), context);
  start = startOf(prepared, (await warmStart(warmStartInput(config, prepared.dataset), context)).checkpoint);
});
afterEach(() => scripted?.close());
afterAll(async () => {
  await releasePolicies();
  rmSync(folder, { recursive: true });
});

function configFor(url: string): ExperimentConfig {
  return ExperimentConfig.parse({
    dataset: { name: 'built-in-world' },
    policy: { folder: policy },
    prompt: { style: 'zero-shot', sampleValues: 2 },
    rollout: { ...{ promptsPerUpdate: 2, groupSize: 2, maxTokens: 8, proposals: 0 }, server: { url, model: 'm' } },
    grpo: { updates: 1 },
  });
}

/** What is made of a rollout that a server gives this one answer to. */
async function rolloutOf(body: object) {
  scripted = await scriptedServer(new Array<Reply>(4).fill({ body }), { ownedBy: 'library' });
  const input = generateRolloutInput(configFor(scripted.url), start, { index: 0, of: 1 });
  const { rollout, metrics } = await generateRollout(input, context);
  const { groups } = await context.artifacts.getJson<Rollout>(rollout);
  return { metrics, completions: groups.flatMap(({ completions }): Completion[] => completions) };
}

it('ends completions as the chat template does, where the server does not say what ended them', async () => {
  const logprobs = { tokens: ['x'], token_logprobs: [-1] };
  const { completions, metrics } = await rolloutOf({ choices: [{ text: 'x', finish_reason: 'stop', logprobs }] });
  expect(metrics['sampling/unknown_share']).toBe(0.5);
  expect(completions).toHaveLength(4);
  for (const { ids, samplingLogProbs } of completions) {
    expect(ids.at(-1)).toBe(END);
    expect(samplingLogProbs).toEqual([-1, null]);
  }
});

it('refuses a rollout of which no log-probability is known, and keeps nothing of it for another try', async () => {
  // as a server with another tokenizer would list them
  const logprobs = { tokens: ['SE', 'LECT', '!'], token_logprobs: [-1, -2, -3] };
  const answer = { choices: [{ text: 'SELECT', finish_reason: 'stop', logprobs }] };
  const failure = await rolloutOf(answer).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(UserError);
  expect(failure).toMatchObject({ field: 'rollout.server.model' });
  expect((failure as UserError).message).toContain(
    'no log-probability that can be used, of any token of 4 completions',
  );
  await scripted?.close();
  await rolloutOf(answer).catch(() => undefined);
  expect(scripted?.asked).toHaveLength(4);
});
