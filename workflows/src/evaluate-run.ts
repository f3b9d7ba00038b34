/** The policies of a finished run, before GRPO and best on dev, on a split of its dataset. */
import type { AnalysisInput, AnalysisProgress, EvaluatePolicyOutput, PolicyState } from '@queryloop/contracts';
import { prepareDatasetInput } from '@queryloop/contracts/step-inputs';
import { evaluate } from './evaluate.ts';
import { dataSteps, recordSteps } from './step-proxies.ts';

export type EvaluationOfRun = Extract<AnalysisInput, { kind: 'evaluate' }>;

/** Data, base, best: three steps of progress. What any run has computed already comes from the step cache. */
export async function evaluateRun(
  { analysisId, kind, settings: { split }, evaluated }: EvaluationOfRun,
  progress: AnalysisProgress,
  run: <T>(step: () => Promise<T>) => Promise<T>,
): Promise<void> {
  const { config } = evaluated;
  progress.total = 3;
  const prepared = await run(() => dataSteps.prepareDataset(prepareDatasetInput(config)));
  const { dataset, label, outsideData } = prepared;
  const scored = async (policy: PolicyState): Promise<EvaluatePolicyOutput> => {
    progress.done++;
    return await evaluate({ config, compute: run }, dataset, 'test', policy);
  };
  const base = await scored(evaluated.base);
  const final = await scored(evaluated.final);
  progress.done++;
  const result = { split, label, outsideData: outsideData?.['test'] ?? 0, base, final };
  await run(() => recordSteps.finishAnalysis({ analysisId, kind, result }));
}
