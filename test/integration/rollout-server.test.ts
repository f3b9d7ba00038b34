/** Rollouts from a real server, llama.cpp's with the weights of a small policy: what it samples, how sure it is, and what happens when it dies. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { evaluatePolicy } from '@queryloop/activities/evaluate-policy';
import { generateRollout } from '@queryloop/activities/generate-rollout';
import { evaluateServed } from '@queryloop/activities/rollout-server/evaluate-served';
import {
  type Completion,
  type ExperimentConfig,
  evaluatePolicyInput,
  generateRolloutInput,
  type Prediction,
  type Rollout,
  ServerConfig,
  type StepContext,
  UserError,
} from '@queryloop/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSmallRun, type SmallRun, smallConfig } from '../../activities/src/small-run.fixture.ts';
import { nextUpdate } from '../../activities/src/steps-in-a-row.fixture.ts';
import { replayUpdate } from '../../apps/worker/src/replay-update.ts';
import { lastJson, openWorkplace } from '../command-line.ts';
import { type LlamaServer, serveFolder } from './llama-server.ts';

const whole = { index: 0, of: 1 };
let run: SmallRun;
let server: LlamaServer;
let folder: string;

beforeAll(async () => {
  run = await openSmallRun();
  folder = await run.context.artifacts.path(run.start.policy.snapshot);
  server = await serveFolder(folder);
}, 900_000);
afterAll(async () => {
  await server?.remove();
  await run?.close();
});

function served(fields: Record<string, unknown> = {}, grpo: Record<string, unknown> = {}): ExperimentConfig {
  const { url, model } = server;
  return smallConfig({ rollout: { server: { url, model, concurrency: 4, ...fields } }, grpo });
}

async function rolloutOf(config: ExperimentConfig, context: StepContext = run.context, seed = config.seed) {
  const output = await generateRollout(generateRolloutInput({ ...config, seed }, run.start, whole), context);
  return { ...output, groups: (await context.artifacts.getJson<Rollout>(output.rollout)).groups };
}

const sampledOf = (completions: readonly Completion[]) => completions.filter(({ proposed }) => !proposed);

/** A context that keeps nothing of other tests, and hears of progress. */
function ownContext(name: string, progress: StepContext['progress'] = () => undefined): StepContext {
  return { ...run.context, cacheFolder: join(run.context.cacheFolder, name), progress };
}

function keptIn({ cacheFolder }: StepContext): Completion[][] {
  const place = join(cacheFolder, 'served-groups');
  if (!existsSync(place)) return [];
  const folders = readdirSync(join(cacheFolder, 'served-groups'), { recursive: true, encoding: 'utf8' });
  return folders
    .filter((file) => file.endsWith('.json'))
    .map((file) => JSON.parse(readFileSync(join(cacheFolder, 'served-groups', file), 'utf8')) as Completion[]);
}

it('gives completions that the policy finds as likely as the server does', async () => {
  const { groups, metrics } = await rolloutOf(served());
  expect(groups).toHaveLength(8);
  for (const { completions } of groups) {
    const sampled = sampledOf(completions);
    expect(sampled).toHaveLength(4);
    for (const { ids, logProbs, samplingLogProbs = [], finished } of sampled) {
      expect(samplingLogProbs).toHaveLength(ids.length);
      expect(ids.at(-1) === 1).toBe(finished);
      expect(finished || ids.length === 16).toBe(true);
      ids.forEach((_, t) => {
        expect(Math.abs((samplingLogProbs[t] as number) - (logProbs[t] as number))).toBeLessThan(5e-3);
      });
    }
  }
  expect(metrics['sampling/sampling_logp_difference/max']).toBeLessThan(5e-3);
  expect(metrics['sampling/importance_sampling_ratio/mean']).toBeCloseTo(1, 2);
});

it('keys samples by seed', async () => {
  const textsOf = async (seed: number) => {
    const { groups } = await rolloutOf(served({ concurrency: 1 }), ownContext(`seed-${seed}`), seed);
    return groups.map(({ completions }) => sampledOf(completions).map(({ text }) => text));
  };
  const [one, other] = [await textsOf(3), await textsOf(4)];
  expect(await textsOf(3)).toEqual(one);
  expect(other).not.toEqual(one);
  expect(new Set(one[0]).size).toBeGreaterThan(1);
});

describe('training', () => {
  it('goes as with samples of its own where the server has the same weights', async () => {
    const { metrics, policy } = await nextUpdate(served(), run.start, ownContext('train'));
    expect(policy.update).toBe(1);
    expect(metrics['grad_norm']).toBeGreaterThan(0);
    // the old log-probabilities are the policy's own: the same in rollout and update
    expect(metrics['sampler_logprob_gap']).toBeLessThan(1e-4);
    expect(metrics['clip_ratio/region_mean']).toBe(0);
  });

  it('corrects each update by how far the policy has moved from the server', async () => {
    const config = served({}, { optimizer: { learningRate: 0.05 } });
    let state = run.start;
    const ratios: number[] = [];
    const context = ownContext('drift');
    for (let update = 0; update < 3; update++) {
      state = await nextUpdate(config, state, context);
      const gap = state.metrics['sampling/sampling_logp_difference/mean'] as number;
      ratios.push(gap);
      expect(state.metrics['sampling/importance_sampling_ratio/max']).toBeLessThanOrEqual(3);
    }
    expect(ratios[2]).toBeGreaterThan(10 * (ratios[0] as number));
  });

  it('gives the same from two shards, with inner iterations, whoever computes them', async () => {
    const { url, model } = server;
    const config = smallConfig({
      rollout: { server: { url, model, concurrency: 1 } },
      grpo: { innerIterations: 2, importanceCorrection: { mode: 'token_truncate', cap: 2 } },
      shards: 2,
    });
    const one = await nextUpdate(config, run.start, ownContext('shards-1'));
    const other = await nextUpdate(config, run.start, ownContext('shards-2'), { forgetful: true });
    expect(other.policy).toEqual(one.policy);
    expect(other.metrics).toEqual(one.metrics);
  });
});

it('replays an update from the stored samples, without the server, to the last bit', async () => {
  const config = served();
  const context = ownContext('replayed');
  const after = await nextUpdate(config, run.start, context);
  const following = await nextUpdate(config, after, context);
  await server.kill();
  try {
    const repeated = { update: 1, config, policy: run.start.policy, previous: [], snapshot: false, next: config };
    const next = following.previous[0]?.rollout ?? null;
    const stored = { scored: after.previous, metrics: after.metrics, snapshot: null, next };
    const result = await replayUpdate({ repeated, dataset: run.start.prepared, stored, threads: 2 }, context);
    expect(result).toMatchObject({ equal: true, largestDifference: 0 });
    expect(result.parts.map(({ what }) => what)).toEqual(['rollout', 'rewards', 'next rollout']);
  } finally {
    await server.start();
  }
});

it('repairs what a server wrote in turns that the server writes too, and replays them', async () => {
  const { url, model } = server;
  const config = smallConfig({
    rollout: { server: { url, model, concurrency: 4 }, repairTurns: 2, maxTokens: 80, promptsPerUpdate: 4 },
  });
  const context = ownContext('repaired');
  const after = await nextUpdate(config, run.start, context);
  const { groups, turns } = await context.artifacts.getJson<Rollout>(after.previous[0]?.rollout as never);
  expect(turns).toBe(3);
  const repaired = groups.flatMap(({ completions }) => sampledOf(completions)).filter((completion) => completion.turns);
  expect(repaired.length).toBeGreaterThan(0);
  for (const { ids, logProbs, samplingLogProbs = [], toolMask = [] } of repaired) {
    expect([logProbs, samplingLogProbs, toolMask].map(({ length }) => length)).toEqual(new Array(3).fill(ids.length));
    toolMask.forEach((own, t) => {
      if (own === 0) expect([logProbs[t], samplingLogProbs[t]]).toEqual([0, null]);
      else expect(Math.abs((samplingLogProbs[t] as number) - (logProbs[t] as number))).toBeLessThan(5e-3);
    });
  }
  expect(after.metrics['sampling/sampling_logp_difference/max']).toBeLessThan(5e-3);
  expect(after.metrics['sampling/importance_sampling_ratio/mean']).toBeCloseTo(1, 2);
  expect(after.metrics['sampler_logprob_gap']).toBeLessThan(1e-4);
  expect(after.metrics['repair/mean_turns']).toBeGreaterThan(1);
  expect(keptIn(context)).toEqual([]);

  await server.kill();
  try {
    const repeated = { update: 1, config, policy: run.start.policy, previous: [], snapshot: false, next: null };
    const stored = { scored: after.previous, metrics: after.metrics, snapshot: null, next: null };
    const result = await replayUpdate({ repeated, dataset: run.start.prepared, stored, threads: 2 }, context);
    expect(result).toMatchObject({ equal: true, largestDifference: 0 });
  } finally {
    await server.start();
  }
});

it('carries a whole run through a server that dies and comes back', { timeout: 300_000 }, async () => {
  const place = openWorkplace();
  try {
    const config = served({ concurrency: 2 });
    const { dataset, rollout, grpo } = config;
    writeFileSync(
      join(place.folder, 'run.yaml'),
      JSON.stringify({ dataset, policy: { folder }, rollout, grpo: { ...grpo, updates: 4 } }),
    );
    const command = place.start(['run', 'run.yaml', '--json']);
    await command.printed('update    1/4');
    await server.kill();
    await new Promise((resolve) => setTimeout(resolve, 3000));
    await server.start();
    const outcome = await command.ended;
    expect(outcome.stderr).not.toMatch(/^\s+at /m);
    expect(outcome.code).toBe(0);
    expect(lastJson<{ status: string; updates: number }>(outcome)).toMatchObject({ updates: 4 });
  } finally {
    place.remove();
  }
});

describe('a server that dies in the middle', () => {
  it('is waited for, and the rollout goes on', async () => {
    let restarted: Promise<void> | undefined;
    const said: string[] = [];
    const context = ownContext('killed', ({ done, detail }) => {
      if (detail !== undefined) said.push(detail);
      if (done < 2 || restarted !== undefined) return;
      restarted = server.kill().then(async () => {
        await new Promise((resolve) => setTimeout(resolve, 2500));
        await server.start();
      });
    });
    const { groups } = await rolloutOf(served({ concurrency: 2 }), context);
    await restarted;
    expect(restarted).toBeDefined();
    expect(groups.map(({ completions }) => sampledOf(completions).length)).toEqual(new Array(8).fill(4));
    expect(said.some((detail) => detail.includes(server.url) && /trying again, \d+ of 300 s/.test(detail))).toBe(true);
    expect(keptIn(context)).toEqual([]);
  });

  it('fails the step as a fault when it stays away, and the next try asks for the other groups only', async () => {
    const config = served({ concurrency: 2, patienceSeconds: 0.8 });
    let killed: Promise<void> | undefined;
    const context = ownContext('gone', ({ phase, done }) => {
      if (phase === 'generate rollout' && done >= 3) killed ??= server.kill();
    });
    const failure: unknown = await rolloutOf(config, context).catch((error: unknown) => error);
    await killed;
    expect(failure).toBeInstanceOf(Error);
    expect(failure).not.toBeInstanceOf(UserError);
    expect((failure as Error).message).toContain(server.url);
    expect((failure as Error).message).toContain('model policy');
    const kept = keptIn(context);
    expect(kept.length).toBeGreaterThanOrEqual(3);
    expect(kept.length).toBeLessThan(8);

    await server.start();
    const starts: number[] = [];
    const { groups } = await rolloutOf(config, { ...context, progress: ({ done }) => starts.push(done) });
    const all = groups.flatMap(({ completions }) => sampledOf(completions));
    expect(all).toHaveLength(32);
    for (const group of kept)
      for (const { ids, samplingLogProbs } of group)
        expect(
          all.some(
            (each) => each.ids.join() === ids.join() && each.samplingLogProbs?.join() === samplingLogProbs?.join(),
          ),
        ).toBe(true);
    expect(Math.max(...starts)).toBe(8);
    expect(keptIn(context)).toEqual([]);
  });

  it('is not waited for once the step is cancelled', async () => {
    await server.kill();
    try {
      const cancel = new AbortController();
      setTimeout(() => cancel.abort(new Error('enough')), 1500);
      const begun = performance.now();
      await expect(rolloutOf(served(), { ...ownContext('cancelled'), signal: cancel.signal })).rejects.toThrow(
        'enough',
      );
      expect(performance.now() - begun).toBeLessThan(10_000);
    } finally {
      await server.start();
    }
  });
});

describe('evaluation', () => {
  it('of a served policy is that of the policy itself', async () => {
    const config = served();
    const { dataset } = run.start.prepared;
    const here = await evaluatePolicy(
      evaluatePolicyInput(smallConfig(), dataset, 'dev', run.start.policy, whole),
      run.context,
    );
    const there = await evaluateServed(
      {
        ...{ dataset, split: 'dev', folder, database: 'sqlite', maxTokens: config.rollout.maxTokens },
        server: {
          ...ServerConfig.parse({ url: server.url, model: server.model }),
          fields: { url: '--server', model: '--model', apiKey: '--api-key-variable' },
        },
      },
      run.context,
    );
    const queriesOf = async ({ predictions }: typeof here) =>
      (await run.context.artifacts.getJson<Prediction[]>(predictions)).map(({ sql }) => sql);
    expect(new Set(await queriesOf(here)).size).toBeGreaterThan(3);
    expect(await queriesOf(there)).toEqual(await queriesOf(here));
    expect(there.scores).toEqual(here.scores);
  });
});

describe('queryloop evaluate --server', () => {
  const place = openWorkplace();
  afterAll(() => place.remove());
  const evaluate = (...args: string[]) =>
    place.start([
      'evaluate',
      '--dataset',
      'built-in-world',
      '--split',
      'test',
      '--json',
      '--server',
      server.url,
      ...args,
    ]).ended;

  it('scores a served model, without its weights here', async () => {
    const exact = ['--model', 'policy', '--policy', folder, '--prompt', 'placeholder', '--max-tokens', '16'];
    const outcome = await evaluate(...exact);
    expect(outcome.code).toBe(0);
    expect(lastJson<{ n: number; byType: object }>(outcome)).toMatchObject({ split: 'test', n: 483 });
  });

  it('says what is wrong, without a stack trace', async () => {
    const wrong: [args: string[], message: string][] = [
      [['--model', 'other', '--prompt', 'zero-shot'], 'does not serve "other"; it serves "policy"'],
      [['--model', 'policy', '--prompt', 'placeholder'], 'need the tokenizer of the policy'],
      [['--model', 'policy', '--policy', 'nowhere'], 'no such folder'],
      [['--model', 'policy', '--repair-turns', '1'], '--repair-turns does not go with --server'],
      [[], '--server needs --model'],
    ];
    const outcomes = await Promise.all(wrong.map(([args]) => evaluate(...args)));
    wrong.forEach(([, message], i) => {
      expect(outcomes[i]?.stderr).toContain(message);
      expect(outcomes[i]?.stderr).not.toMatch(/^\s+at /m);
      expect(outcomes[i]?.code).toBe(2);
    });
  });
});

it('says which models there are when the one asked for is not among them', async () => {
  const failure: unknown = await rolloutOf(served({ model: 'other' }), ownContext('other')).catch(
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(UserError);
  expect(failure).toMatchObject({
    message: `${server.url} does not serve "other"; it serves "policy"`,
    field: 'rollout.server.model',
  });
});
