/** From the store, and from Temporal while they run, to what is told of sweeps. */
import { hidePasswords, type SweepProgress } from '@queryloop/contracts';
import { type SweepNow, summariseTrials } from '@queryloop/control';
import { parameterImportance } from '@queryloop/stats';
import type { Store, StoredSweep, TableRun } from '@queryloop/store';
import { notFound } from '#api/errors.ts';
import { storedProgress } from './read-progress.ts';
import type { SweepDetail, SweepItem, SweepsPage } from './schemas.ts';

const dev = 'max(dev/accuracy)';
const everyRun = 1_000_000;

/** Newest first. */
export async function readSweeps(store: Store): Promise<SweepsPage> {
  const sweeps = await store.sweeps.list();
  const { runs } = await store.runTable.page({ columns: [dev], limit: everyRun });
  const items = sweeps.map((sweep) => itemOf(sweep, runs));
  return { items, total: items.length };
}

/** Asks Temporal: null when it does not know the sweep. Rejects when Temporal is away. */
export type AskSweep = (id: string) => Promise<SweepNow | null>;

/** Throws ApiProblem 404. */
export async function readSweep(store: Store, id: string, ask: AskSweep): Promise<SweepDetail> {
  const sweep = await store.sweeps.get(id);
  if (sweep === null) throw notFound(`sweep ${id}`, 'The list of sweeps has those that are.');
  const { runs } = await store.runTable.page({
    filter: `sweep="${id}"`,
    columns: [dev, 'dev/accuracy', 'test/accuracy'],
    limit: everyRun,
  });
  const { progress, problem } = await progressOf(sweep, ask);
  const known = progress ?? storedProgress(sweep, runs, new Date());
  const summaries = summariseTrials(sweep, { ...known, sweepId: id, best: sweep.result?.best ?? null });
  return {
    ...itemOf(sweep, runs),
    settings: hidePasswords(sweep.settings),
    items: summaries.map(({ trial, parameters, runs: own, dev: onDev, test }) => ({
      id: trial,
      parameters,
      dev: onDev,
      test,
      runs: own.map(({ runId, seed, status, update, dev: score }) => ({ runId, seed, status, update, dev: score })),
    })),
    decisions: known.decisions,
    rungs: rungsOf(sweep, known.decisions),
    spent: known.spent,
    exhausted: known.exhausted,
    importance: importanceOf(sweep, known.decisions, summaries),
    problem,
  };
}

async function progressOf(
  { id, result, finishedAt }: StoredSweep,
  ask: AskSweep,
): Promise<{ progress: SweepProgress | null; problem: string | null }> {
  if (result !== null || finishedAt !== null) return { progress: result, problem: null };
  try {
    const progress = (await ask(id))?.progress ?? null;
    const problem = 'No worker answers: decisions and what is spent are those of the store.';
    return { progress, problem: progress === null ? problem : null };
  } catch {
    return { progress: null, problem: 'Temporal does not answer: decisions and what is spent are those of the store.' };
  }
}

function itemOf(
  { id, name, status, settings, trials, createdAt, finishedAt }: StoredSweep,
  runs: TableRun[],
): SweepItem {
  const own = runs.filter(({ sweep }) => sweep?.id === id);
  const statuses: SweepItem['statuses'] = {};
  for (const run of own) statuses[run.status] = (statuses[run.status] ?? 0) + 1;
  const scores = own.map(({ cells }) => cells[dev]).filter((score) => typeof score === 'number');
  return {
    ...{ id, name, status, method: settings.method, parameters: Object.keys(settings.parameters) },
    trials: trials.length,
    planned: trials.length * settings.seeds.length,
    statuses,
    bestDev: scores.length === 0 ? null : Math.max(...scores),
    createdAt: createdAt.toISOString(),
    finishedAt: finishedAt?.toISOString() ?? null,
  };
}

function rungsOf({ settings, trials }: StoredSweep, decisions: SweepProgress['decisions']): number[] {
  if (settings.method !== 'asha') return [];
  const rungs = new Set(decisions.map(({ rung }) => rung));
  const { minUpdates, reduction } = settings.asha;
  const last = Math.max(...trials.map(({ config }) => config.grpo.updates));
  for (let rung = minUpdates; rung < last; rung *= reduction) rungs.add(rung);
  return [...rungs].sort((left, right) => left - right);
}

/** Trials that were stopped early are compared where all of them were scored: at the first rung. */
function importanceOf(
  { trials }: StoredSweep,
  decisions: SweepProgress['decisions'],
  summaries: ReturnType<typeof summariseTrials>,
): SweepDetail['importance'] {
  const rung = decisions.length === 0 ? null : Math.min(...decisions.map((decision) => decision.rung));
  const scored = new Map(
    rung === null
      ? summaries.flatMap(({ trial, dev: onDev }) => (onDev === null ? [] : [[trial, onDev.mean] as const]))
      : decisions.filter((decision) => decision.rung === rung).map(({ trial, dev: onDev }) => [trial, onDev] as const),
  );
  const importance = parameterImportance(
    trials.flatMap(({ id, parameters }) => {
      const score = scored.get(id);
      return score === undefined ? [] : [{ parameters: hidePasswords(parameters), score }];
    }),
  );
  return { ...importance, rung };
}
