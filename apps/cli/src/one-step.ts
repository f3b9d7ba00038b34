/** Runs one step in a policy process of its own: quicker than a workflow for a command that looks at a policy. */
import { join } from 'node:path';
import type { Engine, StepProgress } from '@queryloop/contracts';
import { foldersOf } from '@queryloop/contracts/folders';
import { OutOfMemory, PolicyProcess } from '@queryloop/worker';

/** TensorFlow threads, as in the default config. */
const threads = 2;

interface StepOptions {
  signal: AbortSignal;
  onProgress?: (progress: StepProgress) => void;
}

/** A step that is not particular about its threads. */
export async function runOneStep<Input extends Engine, Output>(
  step: string,
  input: Omit<Input, 'threads'>,
  options: StepOptions,
): Promise<Output> {
  return await policyProcessStep(step, { ...input, threads }, options);
}

/** A step with the threads and on the device of its input. */
export async function policyProcessStep<Input extends Engine, Output>(
  step: string,
  input: Input,
  { signal, onProgress }: StepOptions,
): Promise<Output> {
  const policyProcess = new PolicyProcess({ logFile: join(foldersOf().logs, 'policy.log') });
  try {
    const { threads, device } = input;
    const options = { threads, device, signal, onNote: say, ...(onProgress && { onProgress }) };
    return (await policyProcess.run(step, input, options)) as Output;
  } catch (error) {
    // The step's own words for having been cancelled are of no interest to someone who pressed Ctrl-C.
    signal.throwIfAborted();
    throw error instanceof OutOfMemory ? error.asUserError() : error;
  } finally {
    policyProcess.stop();
  }
}

/** On stderr, as stdout may be read by a program. */
function say(note: string): void {
  process.stderr.write(`${note}\n`);
}
