/** Begins a run: a new one, one that ended and goes on, or a branch of another. */
import {
  configChanges,
  type ExperimentConfig,
  forbiddenChange,
  type StartRunInput,
  UserError,
} from '@queryloop/contracts';
import { configAt, type Store, type StoredRun } from '@queryloop/store';
import { storedPlace } from './stored-place.ts';

/** @throws UserError for a place that is not stored, or a setting that may not change on the way */
export async function startRun(store: Store, input: StartRunInput): Promise<void> {
  const { runId: id, config, from, sweepId } = input;
  const run = await store.runs.get(id);
  if (run !== null) return await restart(store, run, input);
  if (from === undefined || from.runId === id) return await store.runs.create({ id, config, sweepId });
  await branch(store, input, from);
}

async function restart(store: Store, run: StoredRun, { config, from, sweepId }: StartRunInput): Promise<void> {
  const isOwn = from?.runId === run.id;
  // Only a retry says again where a branch begins: its row is made with all it shares.
  if (from !== undefined && !isOwn && run.finishedAt === null) return;
  const update = isOwn
    ? (await storedPlace(store, from)).update
    : from === undefined
      ? null
      : (run.parent?.update ?? null);
  checkChanges(run.id, run.config, config, update ?? 0);
  await store.runs.restart(run.id, { config, update, changes: configChanges(run.config, config), sweepId });
}

async function branch(
  store: Store,
  { runId: id, config, sweepId }: StartRunInput,
  from: NonNullable<StartRunInput['from']>,
): Promise<void> {
  const { run: parent, update } = await storedPlace(store, from);
  if (update === null) {
    throw new UserError({
      message: `run ${parent.id} has not got as far as its baseline, so there is nothing to share with a branch`,
      field: 'run',
      hint: `queryloop clone ${parent.id}`,
    });
  }
  if (from.update === undefined && parent.finishedAt === null) {
    throw new UserError({
      message: `run ${parent.id} is ${parent.status}, so where its branch begins must be said`,
      field: '--at',
      hint: `Its last update that is stored whole is ${update}: --at ${update}`,
    });
  }
  const before = configAt(parent, update);
  checkChanges(parent.id, before, config, update);
  const shared = parent.changes.filter((change) => change.update < update);
  const own = configChanges(before, config).map((change) => ({ ...change, update }));
  await store.runs.branch(
    { id, config, sweepId },
    { parent: { runId: parent.id, update }, changes: [...shared, ...own] },
  );
}

function checkChanges(runId: string, before: ExperimentConfig, after: ExperimentConfig, reached: number): void {
  const forbidden = forbiddenChange(before, after, { runId, reached });
  if (forbidden !== null) throw forbidden;
}
