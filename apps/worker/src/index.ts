/** What other processes need to start a worker or a policy process; importing it loads neither steps nor TensorFlow.js. */
import { fileURLToPath } from 'node:url';
import type { FoundSplit } from '@queryloop/activities/find-splits';
import type { DatasetConfig } from '@queryloop/contracts';

export type { AuditRewardInput, AuditRewardOutput } from '@queryloop/activities/audit-reward';
export type { FoundSplit } from '@queryloop/activities/find-splits';
export { codeVersion } from './code-version.ts';
export type { EngineReport } from './describe-engine.ts';
export type { EvaluateFolderInput, EvaluateFolderOutput } from './evaluate-folder.ts';
export { OutOfMemory } from './out-of-memory.ts';
export { PolicyProcess, type PolicyProcessOptions, type StepCall } from './policy-process-client.ts';
export type { GenerateTextInput, GenerateTextOutput, ScoreTextInput, ScoreTextOutput } from './text-steps.ts';
export type { WriteModelInput, WriteModelOutput } from './write-model.ts';

/**
 * Module to start as a worker process: `node <workerEntry> [--queues …] [--concurrency …] [--grace …] [--metrics …]`. With an
 * IPC channel it says `{kind: 'ready', metrics: 'host:port'}` once it polls, and answers each `{kind: 'ping'}` with `{kind: 'pong'}`.
 */
export const workerEntry = fileURLToPath(new URL('./main.ts', import.meta.url));

/**
 * The output a step would take from the step cache, or null when it would be computed. Folders come from the environment;
 * TensorFlow.js is not loaded. Throws UserError for what the step reads outside the artifacts and cannot find.
 */
export async function lookUpStep(step: string, input: unknown): Promise<unknown> {
  return await (await import('./look-up-step.ts')).lookUpStep(step, input);
}

/**
 * Which of the splits can be had on this machine, fetching those of the benchmark that are not here. Throws UserError for a name
 * that is no split, and when the dataset itself cannot be had.
 */
export async function lookUpSplits(
  dataset: DatasetConfig,
  splits: readonly string[],
  options: { signal: AbortSignal; tell(detail: string): void },
): Promise<FoundSplit[]> {
  return await (await import('./look-up-splits.ts')).lookUpSplits(dataset, splits, options);
}
