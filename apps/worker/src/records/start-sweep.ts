/** Begins a sweep, or goes on with it: tells which of its runs are in the store already, and how they did. */
import {
  revertChanges,
  type StartSweepInput,
  type StartSweepOutput,
  type SweepRun,
  type Trial,
} from '@queryloop/contracts';
import { canonicalJson, type Store, type StoredRun } from '@queryloop/store';

const allRuns = 2 ** 31 - 1;

/** Runs of trials that the sweep no longer has are left out. */
export async function startSweep(
  store: Store,
  { sweepId, settings, trials }: StartSweepInput,
): Promise<StartSweepOutput> {
  await store.sweeps.start({ id: sweepId, settings, trials });
  const output: StartSweepOutput = { runs: [], dev: [] };
  for (const run of await store.runs.list({ sweepId, limit: allRuns })) {
    const trial = trials.find((candidate) => isOf(candidate, run));
    if (trial === undefined) continue;
    const evaluations = await store.evaluations.list(run.id);
    const dev = evaluations
      .filter(({ split, update }) => split === 'dev' && update > 0)
      .map(({ update, scores }) => ({ runId: run.id, update, accuracy: scores.accuracy }));
    output.runs.push(await sweepRun(store, run, trial, dev));
    output.dev.push(...dev);
  }
  return output;
}

/** Whether the run was begun with the trial's config; a setting changed since does not make it another trial. */
function isOf(trial: Trial, run: StoredRun): boolean {
  const begun = revertChanges(run.config, run.changes);
  return canonicalJson({ ...begun, seed: 0 }) === canonicalJson({ ...trial.config, seed: 0 });
}

async function sweepRun(
  store: Store,
  { id, seed, status, result, error }: StoredRun,
  trial: Trial,
  dev: StartSweepOutput['dev'],
): Promise<SweepRun> {
  const update = result?.updates ?? (await store.runs.lastWholeUpdate(id)) ?? 0;
  const scored = result?.bestUpdate ?? (status === 'stopped' ? update : null);
  return {
    runId: id,
    trial: trial.id,
    seed,
    status,
    update,
    tokens: result?.tokens ?? (await store.metrics.sum(id, 'num_tokens', update)),
    dev: dev.find((point) => point.update === scored)?.accuracy ?? null,
    test: result?.final.accuracy ?? null,
    error,
  };
}
