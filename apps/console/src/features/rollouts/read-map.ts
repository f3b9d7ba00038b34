/** Reads how the groups of many updates came out, by prompt: the dead-group map. Server only. */
import {
  type ArtifactStore,
  type Executions,
  gdpoScores,
  type Rewards,
  type ScoredRollout,
} from '@queryloop/contracts';
import { batchAdvantages } from '@queryloop/grpo/batch-advantages';
import type { Store, StoredRollout, StoredRun } from '@queryloop/store';
import { type GroupOutcome, groupState, outcomeOf, solvedByOutcome } from './group-state.ts';
import { kept } from './kept.ts';
import type { PromptHistory } from './lens-schemas.ts';
import { loadUpdate, orLost } from './load-update.ts';
import type { LostArtifact, MapQuery, RolloutMap, RolloutsPage, RolloutsQuery } from './schemas.ts';

interface DrawnGroup extends GroupOutcome {
  prompt: string;
}

interface Overview {
  groups: DrawnGroup[];
  lost: LostArtifact[];
}

/** Some kilobytes each. */
const lately = kept<Overview>('overviews', 2_000, ({ lost }) => lost.length === 0);

export async function readRollouts(store: Store, runId: string, query: RolloutsQuery): Promise<RolloutsPage> {
  const [stored, total] = await Promise.all([store.rollouts.list(runId, query), store.rollouts.count(runId)]);
  const items = stored.map(({ update, summary, parts }) => ({
    update,
    reward: summary['reward'] ?? null,
    rewardStd: summary['reward_std'] ?? null,
    accuracy: summary['rewards/accuracy/mean'] ?? null,
    tokens: summary['num_tokens'] ?? null,
    shards: parts.length,
  }));
  return { items, total };
}

export async function readMap(
  store: Store,
  artifacts: ArtifactStore,
  run: StoredRun,
  query: MapQuery,
): Promise<RolloutMap> {
  const { overviews, total } = await readOverviews(store, artifacts, run, query);
  const found = overviews.flatMap(({ overview }, column) =>
    overview.groups.map(({ prompt, state, solved }, group) => ({ prompt, column, group, state, solved })),
  );
  const byPrompt = new Map<string, { prompt: string; drawn: number; dead: number }>();
  for (const { prompt, state } of found) {
    const known = byPrompt.get(prompt) ?? { prompt, drawn: 0, dead: 0 };
    known.drawn += 1;
    known.dead += state === 'mixed' ? 0 : 1;
    byPrompt.set(prompt, known);
  }
  const prompts = [...byPrompt.values()].sort((a, b) => b.dead - a.dead || b.drawn - a.drawn);
  const rows = new Map(prompts.map(({ prompt }, row) => [prompt, row]));
  return {
    updates: overviews.map(({ update }) => update),
    prompts,
    cells: found.map(({ prompt, ...cell }) => ({ row: rows.get(prompt) ?? 0, ...cell })),
    total,
    lost: overviews.flatMap(({ update, overview }) => overview.lost.map((lost) => ({ update, ...lost }))),
  };
}

/** Where a prompt was drawn, in a window of updates. */
export async function readHistory(
  store: Store,
  artifacts: ArtifactStore,
  run: StoredRun,
  prompt: string,
  query: MapQuery,
): Promise<PromptHistory> {
  const { overviews, total } = await readOverviews(store, artifacts, run, query);
  const items = overviews.flatMap(({ update, overview }) =>
    overview.groups.flatMap(({ state, solved, prompt: drawn }, group) =>
      drawn === prompt ? [{ update, group, state, solved }] : [],
    ),
  );
  return { items, total };
}

async function readOverviews(store: Store, artifacts: ArtifactStore, run: StoredRun, query: MapQuery) {
  const [stored, total] = await Promise.all([store.rollouts.list(run.id, query), store.rollouts.count(run.id)]);
  const overviews: { update: number; overview: Overview }[] = [];
  // One after the other: each holds the process for some milliseconds, and others want to be served between.
  for (const rollout of stored)
    overviews.push({
      update: rollout.update,
      overview: await lately(JSON.stringify(rollout.parts), () => overviewOf(artifacts, run, rollout)),
    });
  return { overviews, total };
}

async function overviewOf(artifacts: ArtifactStore, run: StoredRun, stored: StoredRollout): Promise<Overview> {
  const lost: LostArtifact[] = [];
  const parts = await Promise.all(stored.parts.map((part) => smallOverview(artifacts, part, lost)));
  if (parts.every((part) => part !== null)) return { groups: parts.flat(), lost: [] };
  // Runs of earlier versions, or lost executions: the rollout itself, ten times as large, tells as much.
  const whole: LostArtifact[] = [];
  const update = await orLost(() => loadUpdate(artifacts, run, stored), whole);
  const groups = (update?.groups ?? []).flatMap((group) => {
    const outcome = update && outcomeOf(group, update.weights);
    return outcome ? [{ prompt: group.prompt, ...outcome }] : [];
  });
  const all = [...lost, ...whole, ...(update?.lost ?? [])];
  return { groups, lost: [...new Map(all.map((one) => [one.hash, one])).values()] };
}

/** From executions and rewards alone; null when they do not suffice. */
async function smallOverview(
  artifacts: ArtifactStore,
  { rewards, executions }: ScoredRollout,
  lost: LostArtifact[],
): Promise<DrawnGroup[] | null> {
  if (executions === undefined) return null;
  const ran = await orLost(() => artifacts.getJson<Executions>(executions), lost);
  const earned = await orLost(() => artifacts.getJson<Rewards>(rewards), lost);
  if (ran === null || earned === null) return null;
  // Whether a group's rewards differ does not depend on what they are divided by.
  const gdpo = gdpoScores(earned.components);
  const { zeroStd } = batchAdvantages({ rewards: earned.rewards, scaleRewards: 'none', gdpo });
  return ran.groups.map(({ prompt, samples, queries, runs }, g) => {
    const outcomes = queries
      .slice(0, samples)
      .flatMap((query) => (runs[query] ?? []).map((place) => ({ outcome: ran.executions[place]?.[0] ?? 'other' })));
    const solved = solvedByOutcome(outcomes);
    return { prompt, solved, state: groupState(zeroStd[g] ?? false, solved) };
  });
}
