/** `queryloop score`: token ids of a text and the log-probability of each next token. */
import type { Device } from '@queryloop/contracts';
import { policyPath } from '@queryloop/contracts/folders';
import type { ScoreTextInput, ScoreTextOutput } from '@queryloop/worker';
import { runOneStep } from '../one-step.ts';

export interface ScoreOptions {
  policy: string;
  text: string;
  device?: Device;
  json: boolean;
}

export async function score({ policy, json, ...rest }: ScoreOptions, signal: AbortSignal): Promise<void> {
  const output = await runOneStep<ScoreTextInput, ScoreTextOutput>(
    'scoreText',
    { folder: policyPath(policy), ...rest },
    { signal },
  );
  if (json) {
    process.stdout.write(`${JSON.stringify(output)}\n`);
    return;
  }
  output.ids.forEach((id, i) =>
    process.stdout.write(`${String(id).padStart(8)}  ${i === 0 ? '' : (output.logProbs[i - 1] ?? 0).toFixed(4)}\n`),
  );
}
