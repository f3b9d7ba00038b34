/** How MLflow calls things: what is pushed to its servers, and what the console shows its clients. */
import { hidePassword, type RunStatus } from '@queryloop/contracts';
import type { Store, StoredRun } from '@queryloop/store';
import { trialId } from '../../sweep/trial-id.ts';

/** What is held or stopped at a rung may go on. */
export const mlflowStatus: Record<RunStatus, string> = {
  running: 'RUNNING',
  paused: 'RUNNING',
  stopped: 'RUNNING',
  finished: 'FINISHED',
  failed: 'FAILED',
  cancelled: 'KILLED',
};

/** Tags of a run but for its notes. @param dataset label of its prepared dataset */
export function mlflowTags(run: StoredRun, dataset: string | null): Record<string, string> {
  return {
    'queryloop.run_id': run.id,
    'queryloop.status': run.status,
    'queryloop.seed': String(run.seed),
    // The same for runs that differ in their seed only.
    'queryloop.settings': trialId(run.config),
    ...(dataset && { 'queryloop.dataset': dataset }),
    ...(run.sweepId && { 'queryloop.sweep_id': run.sweepId }),
    ...(run.parent && { 'queryloop.branch_of': `${run.parent.runId} at update ${run.parent.update}` }),
    ...(run.tags.length > 0 && { 'queryloop.tags': run.tags.join(', ') }),
    ...(run.error && { 'queryloop.error': hidePassword(run.error) }),
    'mlflow.source.name': 'queryloop',
  };
}

/** Notes of a run, as the tag that MLflow shows as the description; nothing without notes. */
export async function mlflowNotes(store: Store, runId: string): Promise<Record<string, string>> {
  const notes = await store.notes.list(runId);
  return notes.length === 0 ? {} : { 'mlflow.note.content': notes.map(({ text }) => text).join('\n\n') };
}
