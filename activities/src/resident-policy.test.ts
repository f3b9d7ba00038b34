/** Resident policies: whatever is in memory, a step gets the policy it names, bit for bit, and failures leave nothing behind. */
import {
  type ArtifactRef,
  type ExperimentConfig,
  generateRolloutInput,
  type PolicyState,
  type StepContext,
  updatePolicyInput,
} from '@queryloop/contracts';
import { loadTensorflow } from '@queryloop/policy';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { generateRollout } from './generate-rollout.ts';
import { releasePolicies, withPolicy } from './resident-policy.ts';
import { openSmallRun, type SmallRun, smallConfig } from './small-run.fixture.ts';
import { snapshotPolicy } from './snapshot-policy.ts';
import { nextUpdate, type RunState } from './steps-in-a-row.fixture.ts';
import { updatePolicy } from './update-policy.ts';

let run: SmallRun;
beforeAll(async () => {
  run = await openSmallRun();
});
afterAll(() => run.close());
beforeEach(() => releasePolicies());
afterEach(() => {
  delete process.env['QUERYLOOP_RESIDENT_MB'];
});

/** States of a run after 0, 1, 2, … updates. */
async function train(config: ExperimentConfig, updates: number): Promise<RunState[]> {
  const states = [run.start];
  while (states.length <= updates) states.push(await nextUpdate(config, states.at(-1) as RunState, run.context));
  return states;
}

/** How many updates a piece of work replayed. */
async function replaysOf(work: () => Promise<unknown>): Promise<number> {
  const before = run.reports.length;
  await work();
  return run.reports.slice(before).filter(({ phase }) => phase === 'replay updates').length;
}

async function weightsOf(config: ExperimentConfig, policy: PolicyState): Promise<ArtifactRef> {
  return (await snapshotPolicy({ ...config, policy }, run.context)).policy.snapshot;
}

const stateOf = (states: readonly RunState[], update: number) => (states[update] as RunState).policy;
const open = (config: ExperimentConfig, policy: PolicyState, context: StepContext = run.context) =>
  withPolicy({ policy, settings: config }, context, async () => undefined);

it.each([
  { shards: 1, grpo: { innerIterations: 2 } },
  { shards: 2, grpo: { innerIterations: 1, beta: 0.05 } },
])(
  'applies only what is missing, with the result of a rebuild and of the run itself: shards $shards',
  async (settings) => {
    const config = smallConfig(settings);
    const states = await train(config, 3);
    const last = stateOf(states, 3);
    expect(last.replay).toHaveLength(3);

    let advanced: ArtifactRef | undefined;
    const ofRun = await weightsOf(config, last);
    await releasePolicies();
    expect(await replaysOf(() => open(config, stateOf(states, 1)))).toBe(1);
    const advance = async () => {
      advanced = await weightsOf(config, last);
    };
    expect(await replaysOf(advance)).toBe(2);
    expect(advanced).toEqual(ofRun);
    expect(await replaysOf(() => weightsOf(config, last))).toBe(0);

    await releasePolicies();
    expect(await weightsOf(config, last)).toEqual(ofRun);
    // a policy that is ahead is of no use
    expect(await replaysOf(() => open(config, stateOf(states, 2)))).toBe(2);
  },
);

it('goes on from a snapshot as if it had not been written', async () => {
  const config = smallConfig();
  const states = await train(config, 2);
  const { policy } = await snapshotPolicy({ ...config, policy: stateOf(states, 2) }, run.context);
  expect(policy).toMatchObject({ update: 2, replay: [] });
  const on = (state: PolicyState) => nextUpdate(config, { ...(states[2] as RunState), policy: state }, run.context);
  const [fromSnapshot, fromReplay] = [await on(policy), await on(stateOf(states, 2))];
  expect(fromSnapshot.previous).toEqual(fromReplay.previous);
  expect(await weightsOf(config, fromSnapshot.policy)).toEqual(await weightsOf(config, fromReplay.policy));
});

it('keeps the policies of parallel runs, and gives the same results when there is room for one only', async () => {
  const configs = [0.001, 0.01].map((learningRate) => smallConfig({ grpo: { optimizer: { learningRate } } }));
  const inTurns = async () => {
    const states = configs.map(() => run.start);
    for (let update = 1; update <= 2; update++)
      for (const [i, config] of configs.entries())
        states[i] = await nextUpdate(config, states[i] as RunState, run.context);
    return states;
  };
  let together: RunState[] = [];
  expect(
    await replaysOf(async () => {
      together = await inTurns();
    }),
  ).toBe(0);
  await releasePolicies();
  process.env['QUERYLOOP_RESIDENT_MB'] = '0';
  let crowded: RunState[] = [];
  expect(
    await replaysOf(async () => {
      crowded = await inTurns();
    }),
  ).toBe(2);
  expect(crowded).toEqual(together);
  expect(crowded[0]?.policy).not.toEqual(crowded[1]?.policy);
});

it.each(['', 'much', '-1'])('refuses "%s" as a limit of memory', async (text) => {
  process.env['QUERYLOOP_RESIDENT_MB'] = text;
  await expect(open(smallConfig(), run.start.policy)).rejects.toMatchObject({
    name: 'UserError',
    field: 'QUERYLOOP_RESIDENT_MB',
  });
});

it('frees what a replay that failed had built, and what a failed update left', async () => {
  const config = smallConfig({ grpo: { beta: 0.05 } });
  const [, first] = await train(config, 1);
  const { policy, previous } = first as RunState;
  await releasePolicies();
  const tf = await loadTensorflow({ threads: config.threads });
  const tensors = tf.memory().numTensors;

  const lost: ArtifactRef = { kind: 'gradient', hash: '0'.repeat(64), bytes: 1 };
  const broken = { ...policy, update: 2, replay: [...policy.replay, { scored: [], gradients: [lost] }] };
  await expect(open(config, broken)).rejects.toThrow('gradient artifact');
  expect(tf.memory().numTensors).toBe(tensors);

  // the weights are updated already when the disk refuses the snapshot
  const update = (context: StepContext) =>
    updatePolicy({ ...updatePolicyInput(config, run.start.policy, previous, []), snapshot: true }, context);
  const full = { ...run.context.artifacts, putFolder: () => Promise.reject(new Error('no space')) };
  await expect(update({ ...run.context, artifacts: full })).rejects.toThrow('no space');
  expect(tf.memory().numTensors).toBe(tensors);
  const repeated = await update(run.context);
  expect(repeated.policy.snapshot).toEqual(await weightsOf(config, policy));
});

it('stops when it is told to, between two tokens or two updates, and leaks nothing', async () => {
  const config = smallConfig();
  const states = await train(config, 2);
  const tf = await loadTensorflow({ threads: config.threads });
  const tensors = tf.memory().numTensors;
  const abort = new AbortController();
  const stopping: StepContext = { ...run.context, signal: abort.signal, progress: () => abort.abort() };
  const shard = { index: 0, of: 1 };
  await expect(generateRollout(generateRolloutInput(config, states[2] as RunState, shard), stopping)).rejects.toThrow(
    'aborted',
  );
  expect(tf.memory().numTensors).toBe(tensors);
  // the policy was not changed, so it stays
  expect(await replaysOf(() => open(config, stateOf(states, 2)))).toBe(0);
  await releasePolicies();
  const free = tf.memory().numTensors;
  const replaying = new AbortController();
  const during: StepContext = { ...run.context, signal: replaying.signal, progress: () => replaying.abort() };
  await expect(open(config, stateOf(states, 2), during)).rejects.toThrow('aborted');
  expect(tf.memory().numTensors).toBe(free);
});

it('serves steps that overlap one after the other', async () => {
  const config = smallConfig();
  const states = await train(config, 2);
  await releasePolicies();
  const [one, two] = await Promise.all([1, 2].map((update) => weightsOf(config, stateOf(states, update))));
  await releasePolicies();
  expect(await weightsOf(config, stateOf(states, 2))).toEqual(two);
  expect(await weightsOf(config, stateOf(states, 1))).toEqual(one);
});
