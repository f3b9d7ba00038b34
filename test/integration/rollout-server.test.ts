/** Rollouts from a real server, llama.cpp's with the weights of a small policy: what it samples, how sure it is, and what happens when it dies. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { generateRollout } from '@queryloop/activities/generate-rollout';
import { type ExperimentConfig, generateRolloutInput, type Rollout, type StepContext } from '@queryloop/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openSmallRun, type SmallRun, smallConfig } from '../../activities/src/small-run.fixture.ts';
import { nextUpdate } from '../../activities/src/steps-in-a-row.fixture.ts';
import { type LlamaServer, serveFolder } from './llama-server.ts';

let run: SmallRun;
let server: LlamaServer;

beforeAll(async () => {
  run = await openSmallRun();
  server = await serveFolder(await run.context.artifacts.path(run.start.policy.snapshot));
}, 900_000);
afterAll(async () => {
  await server?.remove();
  await run?.close();
});

function served(fields: Record<string, unknown> = {}, grpo: Record<string, unknown> = {}): ExperimentConfig {
  const { url, model } = server;
  return smallConfig({ rollout: { server: { url, model, concurrency: 4, ...fields } }, grpo });
}

async function rolloutOf(config: ExperimentConfig, context: StepContext = run.context) {
  const output = await generateRollout(
    generateRolloutInput(config, run.start, { index: 0, of: 1 }),
    context,
  );
  return { ...output, groups: (await context.artifacts.getJson<Rollout>(output.rollout)).groups };
}

it('gives completions whose log-probabilities are the policy’s', async () => {
  const { groups, metrics } = await rolloutOf(served());
  expect(groups).toHaveLength(8);
  for (const { completions } of groups) {
    const sampled = completions.filter(({ proposed }) => !proposed);
    expect(sampled).toHaveLength(4);
    for (const { ids, logProbs, samplingLogProbs, text, finished } of sampled) {
      expect(logProbs).toHaveLength(ids.length);
      expect(samplingLogProbs).toHaveLength(ids.length);
      expect(finished || ids.length === 16).toBe(true);
      expect(typeof text).toBe('string');
    }
  }
  console.log(JSON.stringify(metrics), JSON.stringify(groups[0]?.completions.slice(0, 2)));
  expect(metrics['sampling/sampling_logp_difference/max']).toBeLessThan(1e-3);
  void readdirSync; void join; void nextUpdate;
});
