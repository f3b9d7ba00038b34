/** What other processes need to start a worker or a policy process; importing it loads neither steps nor TensorFlow.js. */
import { fileURLToPath } from 'node:url';

export type { EngineReport } from './describe-engine.ts';
export type { EvaluateFolderInput, EvaluateFolderOutput } from './evaluate-folder.ts';
export { PolicyProcess, type PolicyProcessOptions, type StepCall } from './policy-process-client.ts';
export type { GenerateTextInput, GenerateTextOutput, ScoreTextInput, ScoreTextOutput } from './text-steps.ts';

/** Module to start as a worker process: `node <workerEntry> [--queues cpu,policy,sql]`. */
export const workerEntry = fileURLToPath(new URL('./main.ts', import.meta.url));
