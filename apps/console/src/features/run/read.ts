/** Reads one run from the store, with what Temporal says of it. Server only. */
import { hidePassword } from '@queryloop/contracts';
import type { Store, RelatedRun as StoredRelative, StoredRun } from '@queryloop/store';
import { notFound } from '#api/errors.ts';
import { type AskNow, readNow, secondsLeft } from './read-now.ts';
import { readScores } from './read-scores.ts';
import type { RunChange, RunDetail } from './schemas.ts';

/** Updates that the time left is estimated from. */
const recentUpdates = 40;

/** Throws ApiProblem (404). */
export async function knownRun(store: Store, id: string): Promise<StoredRun> {
  const run = await store.runs.get(id);
  if (run === null) throw notFound(`run ${id}`, 'The list of runs has all that are in this store.');
  return run;
}

/** Throws ApiProblem (404). Without `ask`, what it does now is left out: that may take seconds. */
export async function readRun(store: Store, id: string, ask: AskNow | null): Promise<RunDetail> {
  const run = await knownRun(store, id);
  const working = run.status === 'running';
  const [scores, answer, branches, seeds, notes, actions, byName, updates, tokens, recent, dataset, sweep] =
    await Promise.all([
      readScores(store, run),
      readNow(run, ask),
      store.relatives.branches(id),
      store.relatives.sameExperiment(id),
      store.notes.list(id),
      store.actions.list(id),
      store.timeline.secondsByName(id),
      lastUpdate(store, id),
      store.metrics.sum(id, 'num_tokens', Number.MAX_SAFE_INTEGER),
      working ? store.timeline.lastUpdates(id, recentUpdates) : [],
      run.datasetHash === null ? null : store.datasets.get(run.datasetHash),
      run.sweepId === null ? null : store.sweeps.get(run.sweepId),
    ]);
  return {
    id,
    name: run.name,
    seed: run.seed,
    status: run.status,
    createdAt: run.createdAt.toISOString(),
    finishedAt: run.finishedAt?.toISOString() ?? null,
    update: updates,
    updates: run.config.grpo.updates,
    dataset: dataset && { hash: dataset.dataset.hash, label: dataset.label },
    sweep: run.sweepId === null ? null : { id: run.sweepId, name: sweep?.name ?? run.sweepId },
    parent: run.parent,
    branches: branches.map(relative),
    seeds: seeds.map(relative),
    tags: run.tags,
    notes: notes.map(({ createdAt, ...note }) => ({ ...note, createdAt: createdAt.toISOString() })),
    actions: actions.map(({ at, id: actionId, name, actor, detail }) => ({
      id: actionId,
      name,
      actor,
      detail,
      at: at.toISOString(),
    })),
    changes: changesOf(run),
    error: run.error === null ? null : hidePassword(run.error),
    ...scores,
    time: timeOf(byName),
    tokens,
    secondsLeft: secondsLeft(recent, run.config.grpo.updates),
    now: answer.now,
    nowProblem: answer.problem,
  };
}

export function changesOf({ changes }: Pick<StoredRun, 'changes'>): RunChange[] {
  return changes.map(({ at, from, to, ...change }) => ({
    ...change,
    from: withoutPassword(from),
    to: withoutPassword(to),
    at: at.toISOString(),
  }));
}

/** Text without passwords; other values as they are. */
export function withoutPassword(value: unknown): unknown {
  return typeof value === 'string' ? hidePassword(value) : value;
}

async function lastUpdate(store: Store, id: string): Promise<number> {
  const [head] = await store.feed.heads([id]).then((heads) => heads.filter(({ runId }) => runId === id));
  return Math.max(0, head?.metrics ?? 0);
}

function relative({ id, name, seed, status, parentUpdate }: StoredRelative): RunDetail['branches'][number] {
  return { id, name, seed, status, parentUpdate };
}

/** `generateRollout:1/2` and `generateRollout:2/2` are one kind; evaluations are told apart by their split. */
function timeOf(rows: readonly { name: string; steps: number; seconds: number }[]): RunDetail['time'] {
  const kinds = new Map<string, { steps: number; seconds: number }>();
  for (const { name, steps, seconds } of rows) {
    const [kind = '', part = ''] = name.split(':');
    const step = kind === 'evaluatePolicy' ? `${kind}:${part}` : kind;
    const before = kinds.get(step) ?? { steps: 0, seconds: 0 };
    kinds.set(step, { steps: before.steps + steps, seconds: before.seconds + seconds });
  }
  return [...kinds].map(([step, took]) => ({ step, ...took })).sort((left, right) => right.seconds - left.seconds);
}
