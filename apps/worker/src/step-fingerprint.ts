/** What steps read beside their input: only those that read files outside the artifact store have anything to tell. */
import type { PrepareDatasetInput, StepContext, WarmStartInput } from '@queryloop/contracts';

/** Undefined: the step's output must not be reused. */
export async function stepFingerprint(step: string, input: unknown, context: StepContext): Promise<unknown> {
  // What came out before is just what is to be found out.
  if (step === 'replayUpdate') return undefined;
  if (step !== 'prepareDataset' && step !== 'warmStart') return null;
  const { prepareDatasetFingerprint, warmStartFingerprint } = await import('@queryloop/activities/fingerprints');
  return step === 'warmStart'
    ? await warmStartFingerprint(input as WarmStartInput)
    : await prepareDatasetFingerprint(input as PrepareDatasetInput, context);
}
