/** The evaluations of a table: from the step cache where all of one is there, else done on the platform. */
import type { EvaluateResult } from '@queryloop/contracts';
import { cachedEvaluation, evaluatedRun } from '@queryloop/control';
import type { Store, StoredRun } from '@queryloop/store';
import { lookUpStep } from '@queryloop/worker';
import { runAnalysisOn } from '../analysis/run-analysis.ts';
import { percent, type Screen } from '../screen.ts';
import type { TableServices } from './table-services.ts';

/** Gives what evaluates one run on one split. */
export function evaluator(
  store: Store,
  services: TableServices,
  screen: Screen,
  signal: AbortSignal,
): (run: StoredRun, split: string) => Promise<EvaluateResult> {
  return async (run, split) => {
    signal.throwIfAborted();
    const known = await cachedEvaluation(lookUpStep, await evaluatedRun(store, run, split));
    if (known.result !== null) return known.result;
    const request = { kind: 'evaluate', runId: run.id, settings: { split } } as const;
    const { result } = await runAnalysisOn<'evaluate'>(await services.get(), request, screen, signal);
    const { base, final } = result;
    screen.line(`  ${split}: ${percent(base.scores.accuracy)} → ${percent(final.scores.accuracy)}`);
    return result;
  };
}
