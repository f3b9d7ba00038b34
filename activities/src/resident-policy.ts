/**
 * The policies that the process keeps in memory from step to step. A step names the policy it wants by its last snapshot and
 * the updates applied since; one that is not resident is made from one that is a few updates behind, or from the snapshot,
 * without sampling again. The least recently used leave when there are too many.
 */
import { type ArtifactRef, type PolicyState, type StepContext, UserError } from '@queryloop/contracts';
import { AdamW, Policy, type ReferencePolicy } from '@queryloop/policy';
import type { PolicyInTraining, TrainingSettings } from './group-loss.ts';
import { letEventsThrough } from './let-events-through.ts';
import { loadPolicy } from './load-policy.ts';
import { logOf, type PolicyLog, replayOperation } from './policy-log.ts';

interface Resident extends PolicyInTraining {
  log: Pick<PolicyLog, 'origin' | 'names'>;
}

/** Which policy a step wants. */
export interface WantedPolicy {
  policy: PolicyState;
  /** Gradients of an update in the making that are applied to it already. */
  applied?: readonly ArtifactRef[];
  settings: TrainingSettings;
}

/** Least recently used first. One that is being changed is not among them. */
const residents: Resident[] = [];
let turn: Promise<unknown> = Promise.resolve();

/** Uses the policy at a state without changing it. */
export function withPolicy<T>(
  wanted: WantedPolicy,
  context: StepContext,
  use: (policy: PolicyInTraining) => Promise<T>,
): Promise<T> {
  return inTurn(context, async (limit) => {
    const resident = await bring(wanted, context);
    keep(resident, limit);
    return use(resident);
  });
}

/** Changes the policy at a state into the one of the state that `change` returns. One whose change fails is dropped. */
export function changePolicy<Output extends { policy: PolicyState }>(
  wanted: WantedPolicy,
  context: StepContext,
  change: (policy: PolicyInTraining) => Promise<Output>,
): Promise<Output> {
  return inTurn(context, async (limit) => {
    const resident = await bring(wanted, context);
    const output = await orDispose(resident, () => change(resident));
    resident.log = logOf(output.policy, wanted.settings);
    keep(resident, limit);
    return output;
  });
}

/** How many policies are resident, and the memory they take. */
export function residentPolicies(): { policies: number; bytes: number } {
  return { policies: residents.length, bytes: residents.reduce((sum, resident) => sum + bytesOf(resident), 0) };
}

/** Asked anew each time: weights in half precision take twice the memory once they are trained. */
function bytesOf({ policy, optimizer, reference }: Resident): number {
  return policy.bytes + optimizer.bytes + (reference?.bytes ?? 0);
}

/** Frees all resident policies. */
export async function releasePolicies(): Promise<void> {
  await turn;
  for (const resident of residents.splice(0)) dispose(resident);
}

/** Steps that overlap (one was cancelled and has not noticed yet) use policies one after the other. */
function inTurn<T>({ signal }: StepContext, work: (limit: number) => Promise<T>): Promise<T> {
  const result = turn.then(() => {
    signal.throwIfAborted();
    return work(residentBytes());
  });
  turn = result.catch(() => undefined);
  return result;
}

/** Takes the resident nearest to what is wanted, or loads the snapshot, and applies what is missing. */
async function bring({ policy: state, settings, applied }: WantedPolicy, context: StepContext): Promise<Resident> {
  const log = logOf(state, settings, applied);
  const resident = takeNearest(log) ?? (await load(state, settings, log.origin, context));
  const missing = log.operations.slice(resident.log.names.length);
  await orDispose(resident, async () => {
    for (const [i, operation] of missing.entries()) {
      context.progress({ phase: 'replay updates', done: i, total: missing.length });
      await letEventsThrough(context);
      await replayOperation(resident, operation, settings, context);
    }
  });
  resident.log = log;
  return resident;
}

function takeNearest({ origin, names }: PolicyLog): Resident | undefined {
  const isPrefix = ({ log }: Resident) => log.origin === origin && log.names.every((name, i) => name === names[i]);
  const [nearest] = residents.filter(isPrefix).sort((a, b) => b.log.names.length - a.log.names.length);
  if (nearest) residents.splice(residents.indexOf(nearest), 1);
  return nearest;
}

async function load(
  state: PolicyState,
  { grpo, threads }: TrainingSettings,
  origin: string,
  { artifacts }: StepContext,
): Promise<Resident> {
  const folder = await artifacts.path(state.snapshot);
  const baseFolder = grpo.beta > 0 ? await artifacts.path(state.base) : null;
  const policy = await loadPolicy(folder, { threads, ofRun: true }, artifacts);
  const optimizer = new AdamW(policy.trainable, grpo.optimizer);
  const resident: Resident = { policy, optimizer, reference: null, log: { origin, names: [] } };
  return orDispose(resident, async () => {
    // a snapshot taken before any update has no optimizer state
    if (state.update > state.replay.length) await optimizer.load(folder);
    if (baseFolder !== null) resident.reference = await openReference(policy, baseFolder, threads);
    return resident;
  });
}

/** The policy before GRPO. With LoRA it is the same weights, with the adapter that GRPO began with. */
async function openReference(policy: Policy, folder: string, threads: number): Promise<ReferencePolicy> {
  if (policy.adapter === null) return Policy.load(folder, { threads });
  await policy.loadAdapter('reference', folder);
  return policy.asReference('reference');
}

/** Puts a policy among the residents as the last used; the others leave, oldest first, until there is room. */
function keep(resident: Resident, limit: number): void {
  residents.push(resident);
  let total = residentPolicies().bytes;
  while (total > limit && residents.length > 1) {
    const oldest = residents.shift() as Resident;
    total -= bytesOf(oldest);
    dispose(oldest);
  }
}

/** Memory for resident policies, beside the one in use: QUERYLOOP_RESIDENT_MB, by default 1000. */
function residentBytes(): number {
  const text = process.env['QUERYLOOP_RESIDENT_MB'] ?? '1000';
  const megabytes = Number(text);
  if (text.trim() === '' || !Number.isFinite(megabytes) || megabytes < 0)
    throw new UserError({
      message: `QUERYLOOP_RESIDENT_MB is "${text}"; allowed: a number of megabytes, 0 or more`,
      field: 'QUERYLOOP_RESIDENT_MB',
      hint: 'correct or unset it; the default is 1000',
    });
  return megabytes * 1e6;
}

async function orDispose<T>(resident: Resident, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    dispose(resident);
    throw error;
  }
}

function dispose({ policy, optimizer, reference }: Resident): void {
  policy.dispose();
  optimizer.dispose();
  reference?.dispose();
}
