/** Runs one analysis on the platform and gives its answer. */
import type { Analysis, AnalysisKind, AnalysisProgress, AnalysisRequest } from '@queryloop/contracts';
import { launchAnalysis, planAnalysis } from '@queryloop/control';
import type { WorkflowHandle } from '@temporalio/client';
import { Interrupted, RunFailed } from '../exit-code.ts';
import { followWorkflow } from '../follow-workflow.ts';
import { holdOtherRuns } from '../hold-other-runs.ts';
import type { FollowOptions } from '../on-platform.ts';
import { openPlatform, type Platform } from '../platform.ts';
import { progressBar, type Screen } from '../screen.ts';
import { withControl, withKnownStore } from '../stored-run.ts';

type ResultOf<Kind extends AnalysisKind> = NonNullable<Extract<Analysis, { kind: Kind }>['result']>;

export interface Answer<Kind extends AnalysisKind> {
  analysisId: string;
  result: ResultOf<Kind>;
}

/** Ctrl-C ends the analysis. Throws UserError for what the run does not have, RunFailed with the cause when the analysis failed. */
export async function runAnalysis<Kind extends AnalysisKind>(
  request: Extract<AnalysisRequest, { kind: Kind }>,
  { worker, screen }: Pick<FollowOptions, 'worker'> & { screen: Screen },
  signal: AbortSignal,
): Promise<Answer<Kind>> {
  const { kind, runId } = request;
  // Mistakes show before anything is started.
  await withKnownStore(runId, (store) => planAnalysis(store, request));
  screen.line(worker ? 'starting Temporal and a worker …' : 'connecting to Temporal …');
  const platform = await openPlatform({
    command: kind,
    attach: 'any',
    worker,
    notice: (text) => screen.line(`  ${text}`),
    beforeWork: (client) => holdOtherRuns(client, () => false),
  });
  try {
    return await runAnalysisOn<Kind>(platform, request, screen, signal);
  } finally {
    await platform.stop();
  }
}

/** The same on services that are there. */
export async function runAnalysisOn<Kind extends AnalysisKind>(
  platform: Platform,
  request: Extract<AnalysisRequest, { kind: Kind }>,
  screen: Screen,
  signal: AbortSignal,
): Promise<Answer<Kind>> {
  const { kind, runId } = request;
  signal.throwIfAborted();
  const begun = withControl(platform.client, (control) => launchAnalysis(control, request));
  const { analysisId } = await Promise.race([begun, platform.failed]);
  screen.line(`${kind} ${analysisId}`);
  await follow(platform, analysisId, screen, signal);
  return { analysisId, result: await answerOf(kind, runId, analysisId) };
}

async function follow(platform: Platform, analysisId: string, screen: Screen, signal: AbortSignal): Promise<void> {
  const handle: WorkflowHandle = platform.client.workflow.getHandle(analysisId);
  const followed = followWorkflow<void>(
    {
      handle,
      noun: 'analysis',
      pollIntervalMs: 500,
      look: async (answered) => {
        const { done, total } = await handle.query<AnalysisProgress>('progress');
        answered();
        screen.live(`${progressBar(done, total)}  ${done} of ${total}`);
      },
      waiting: () => undefined,
      // Nobody goes on with it later: it is begun anew, and finds again what it has computed.
      isHeld: async () => {
        await handle.cancel();
        return true;
      },
    },
    signal,
  );
  await Promise.race([followed, platform.failed]).catch((error: unknown) => {
    if (error instanceof Interrupted) throw error;
    // Why it failed stands in the store, in words of its own.
    return undefined;
  });
}

async function answerOf<Kind extends AnalysisKind>(kind: Kind, runId: string, id: string): Promise<ResultOf<Kind>> {
  const analysis = await withKnownStore(runId, (store) => store.analyses.get(id));
  if (analysis === null || analysis.kind !== kind || analysis.result === null)
    throw new RunFailed(`${id}: ${analysis?.error ?? 'no answer has come; look at it with: queryloop doctor'}`);
  return analysis.result as ResultOf<Kind>;
}
