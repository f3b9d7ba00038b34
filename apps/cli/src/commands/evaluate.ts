/** `queryloop evaluate`: scores a policy folder, or the trained policy of a run, on a split. */
import type { DatasetConfig } from '@queryloop/contracts';
import { wilsonInterval } from '@queryloop/stats';
import type { EvaluateFolderInput, EvaluateFolderOutput } from '@queryloop/worker';
import { runOneStep } from '../one-step.ts';
import { policyFolder } from '../policy-folder.ts';
import { openScreen, percent, progressBar } from '../screen.ts';

export interface EvaluateOptions {
  policy: string;
  dataset: DatasetConfig['name'];
  split: string;
  database: string;
  json: boolean;
}

/** Comparators that have a place of their own. */
const shown = new Set(['exact', 'ems', 'rems']);

export async function evaluate({ policy, json, ...rest }: EvaluateOptions, signal: AbortSignal): Promise<void> {
  const screen = openScreen({ json });
  const folder = await policyFolder(policy);
  const { scores, label } = await runOneStep<EvaluateFolderInput, EvaluateFolderOutput>(
    'evaluateFolder',
    { folder, ...rest },
    {
      signal,
      onProgress: ({ done, total, phase }) => screen.live(`${progressBar(done, total)}  ${phase}`),
    },
  );
  const { n, correct, accuracy, failed, errorRate, ems, rems, comparators = {} } = scores;
  const [low, high] = wilsonInterval(correct, n);
  screen.line(`${label}, ${rest.split}: ${n} questions`);
  screen.line(
    `  accuracy        ${percent(accuracy)}  (${correct} right; 95 % interval ${percent(low)} to ${percent(high)})`,
  );
  screen.line(`  failed queries  ${percent(errorRate)}  (${failed})`);
  screen.line(`  EMS ${percent(ems)}, REMS ${percent(rems)}`);
  const others = Object.entries(comparators).filter(([name]) => !shown.has(name));
  if (others.length > 0) screen.line(`  ${others.map(([name, mean]) => `${name} ${percent(mean)}`).join(', ')}`);
  if (json) process.stdout.write(`${JSON.stringify({ dataset: label, split: rest.split, ...scores })}\n`);
}
