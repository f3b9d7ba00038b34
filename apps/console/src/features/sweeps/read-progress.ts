/** How far a sweep is, by what its runs have stored: for when nobody answers who would know better. */
import type { SweepProgress, SweepRun } from '@queryloop/contracts';
import type { StoredSweep, TableRun } from '@queryloop/store';

/** Runs must have the columns max(dev/accuracy), dev/accuracy and test/accuracy. Tokens are not counted. */
export function storedProgress(
  {
    id,
    trials,
    settings,
    createdAt,
    finishedAt,
  }: Pick<StoredSweep, 'id' | 'trials' | 'settings' | 'createdAt' | 'finishedAt'>,
  runs: readonly TableRun[],
  now: Date,
): SweepProgress {
  const known = new Map(runs.map((run) => [run.id, run]));
  const all = trials.flatMap((trial) =>
    settings.seeds.map((seed): SweepRun => {
      const runId = `${id}-${trial.id}-s${seed}`;
      const run = known.get(runId);
      return {
        ...{ runId, trial: trial.id, seed, tokens: 0 },
        status: run?.status ?? null,
        update: run?.updates.done ?? 0,
        dev: scoreOf(run),
        test: run?.status === 'finished' ? numberOf(run.cells['test/accuracy']) : null,
        error: run?.error ?? null,
      };
    }),
  );
  const hours = ((finishedAt ?? now).getTime() - createdAt.getTime()) / 3_600_000;
  const updates = all.reduce((sum, { update }) => sum + update, 0);
  return { runs: all, decisions: [], spent: { updates, tokens: 0, hours }, exhausted: null };
}

/** Of the best policy of a finished run, else the last. */
function scoreOf(run: TableRun | undefined): number | null {
  return numberOf(run?.cells[run.status === 'finished' ? 'max(dev/accuracy)' : 'dev/accuracy']);
}

function numberOf(cell: unknown): number | null {
  return typeof cell === 'number' ? cell : null;
}
