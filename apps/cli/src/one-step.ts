/** Runs one step in a policy process of its own: quicker than a workflow for a command that looks at a policy. */
import { join } from 'node:path';
import type { StepProgress } from '@queryloop/contracts';
import { foldersOf } from '@queryloop/contracts/folders';
import { PolicyProcess } from '@queryloop/worker';

/** TensorFlow threads, as in the default config. */
const threads = 2;

export async function runOneStep<Input extends object, Output>(
  step: string,
  input: Omit<Input, 'threads'>,
  { signal, onProgress }: { signal: AbortSignal; onProgress?: (progress: StepProgress) => void },
): Promise<Output> {
  const policyProcess = new PolicyProcess({ logFile: join(foldersOf().logs, 'policy.log') });
  try {
    return (await policyProcess.run(
      step,
      { ...input, threads },
      { threads, signal, ...(onProgress && { onProgress }) },
    )) as Output;
  } catch (error) {
    // The step's own words for having been cancelled are of no interest to someone who pressed Ctrl-C.
    signal.throwIfAborted();
    throw error;
  } finally {
    policyProcess.stop();
  }
}
