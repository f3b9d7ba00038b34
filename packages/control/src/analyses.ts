/**
 * Asks something of a stored run: its completions rescored or audited, one of its updates done again, or its policies scored on
 * another split (docs/analyses.md).
 */
import { randomBytes } from 'node:crypto';
import {
  type AnalysisInput,
  type AnalysisProgress,
  type AnalysisRequest,
  type AnalysisTask,
  analysedUpdates,
  UserError,
} from '@queryloop/contracts';
import type { Store } from '@queryloop/store';
import type { Control, Done } from './control.ts';
import { describeNow, type Now } from './describe-now.ts';
import { evaluatedRun } from './evaluated-run.ts';
import { isOpen, startAnalysisWorkflow } from './execution.ts';
import { type KnownRun, requireRun } from './known-run.ts';
import { noteAction } from './note-action.ts';

export type AnalysisNow = Now<AnalysisProgress>;

/**
 * Begins an analysis, which then goes on by itself; `store.analyses` has its row, and in the end its answer.
 * @throws UserError for an unknown run, or updates that it has not stored
 */
export async function launchAnalysis(
  control: Control,
  request: AnalysisRequest,
): Promise<Done & { analysisId: string }> {
  const { store, client } = control;
  const task = await planAnalysis(store, request);
  const { kind, runId, settings } = task;
  const analysisId = `${kind}-${runId}-${randomBytes(2).toString('hex')}`;
  await store.analyses.create({ id: analysisId, kind, runId, settings });
  try {
    await startAnalysisWorkflow(client, { analysisId, ...task } satisfies AnalysisInput);
  } catch (error) {
    await store.analyses.fail(analysisId, `it could not be begun: ${(error as Error).message}`);
    throw error;
  }
  const said = `${kind} ${analysisId} has begun: ${describe(task)}`;
  return { ...(await noteAction(control, kind, { id: runId, said })), analysisId };
}

/** The request with nothing left out. Throws UserError for what the run does not have. */
export async function planAnalysis(store: Store, request: AnalysisRequest): Promise<AnalysisTask> {
  const run = await requireRun(store, request.runId);
  if (request.kind === 'replay') {
    requireUpdate(run, request.settings.update);
    return request;
  }
  if (request.kind === 'evaluate')
    return { ...request, evaluated: await evaluatedRun(store, run, request.settings.split) };
  analysedUpdates(run.id, request.settings, run.reached);
  if (request.kind === 'audit') return request;
  const { reward, grpo } = run.config;
  return { ...request, settings: { reward, scaleRewards: grpo.scaleRewards, ...request.settings } };
}

/** What an analysis does at this moment; null when Temporal does not know it. Throws when Temporal is away. */
export async function describeAnalysis(control: Pick<Control, 'client'>, id: string): Promise<AnalysisNow | null> {
  return await describeNow<AnalysisProgress>(control, id);
}

/** Ends analyses that the store has as unfinished and nothing is at work on: Temporal's last writes may be gone after a power cut. */
export async function endLostAnalyses({ store, client }: Pick<Control, 'store' | 'client'>): Promise<void> {
  for (const id of await store.analyses.unfinished())
    if (!(await isOpen(client.workflow.getHandle(id)))) await store.analyses.fail(id, 'it was lost: ask again');
}

function requireUpdate({ id, reached }: KnownRun, update: number): void {
  if (update <= reached) return;
  throw new UserError({
    message: `update ${update}: run ${id} is stored whole up to update ${reached}`,
    field: 'update',
    hint: reached === 0 ? `queryloop resume ${id} goes on with it.` : `Give an update from 1 to ${reached}.`,
  });
}

function describe({ kind, settings }: AnalysisTask): string {
  if (kind === 'replay') return `update ${settings.update} again`;
  if (kind === 'evaluate') return `its policies on ${settings.split}`;
  const { first, last, every } = settings;
  const which = `updates ${first} to ${last ?? 'the last'}${every === 1 ? '' : `, every ${every}`}`;
  if (kind === 'audit') return `${settings.sample} rewarded queries of ${which}`;
  return `${which} with reward ${JSON.stringify(settings.reward)}, advantages divided by ${settings.scaleRewards}`;
}
