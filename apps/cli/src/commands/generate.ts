/** `queryloop generate`: what a policy writes for a prompt. */
import type { Device } from '@queryloop/contracts';
import { policyPath } from '@queryloop/contracts/folders';
import type { GenerateTextInput, GenerateTextOutput } from '@queryloop/worker';
import { runOneStep } from '../one-step.ts';

export interface GenerateOptions {
  policy: string;
  prompt: string;
  maxTokens: number;
  temperature: number;
  seed: number;
  device?: Device;
  json: boolean;
}

export async function generate({ policy, json, ...rest }: GenerateOptions, signal: AbortSignal): Promise<void> {
  const output = await runOneStep<GenerateTextInput, GenerateTextOutput>(
    'generateText',
    { folder: policyPath(policy), ...rest },
    { signal },
  );
  process.stdout.write(json ? `${JSON.stringify(output)}\n` : `${output.text}\n`);
}
