/** `queryloop evaluate`: scores a policy folder, or the trained policy of a run, on a split. */
import { comparatorNames, type DatasetConfig } from '@queryloop/contracts';
import { wilsonInterval } from '@queryloop/stats';
import type { EvaluateFolderInput, EvaluateFolderOutput } from '@queryloop/worker';
import { policyProcessStep } from '../one-step.ts';
import { policyToEvaluate } from '../policy-to-evaluate.ts';
import { openScreen, percent, progressBar } from '../screen.ts';

export interface EvaluateOptions {
  policy: string;
  dataset?: DatasetConfig['name'];
  /** Takes the place of `dataset`. */
  datasetFolder?: string;
  split?: string;
  database: string;
  json: boolean;
}

/** The others have a place of their own. */
const shownTogether = comparatorNames.filter((name) => !['exact', 'ems', 'rems'].includes(name));

export async function evaluate(options: EvaluateOptions, signal: AbortSignal): Promise<void> {
  const { policy: folderOrRun, json, database } = options;
  const screen = openScreen({ json });
  const { policy, threads, dataset: trainedOn } = await policyToEvaluate(folderOrRun, options.split);
  const dataset = datasetOf(options) ?? trainedOn ?? { name: 'temptabqa-c' };
  const split = options.split ?? (dataset.folder === undefined ? 'Original' : 'test');
  const { scores, label } = await policyProcessStep<EvaluateFolderInput, EvaluateFolderOutput>(
    'evaluateFolder',
    { policy, threads, dataset: pairsOf(dataset), split, database },
    {
      signal,
      onProgress: ({ done, total, phase }) => screen.live(`${progressBar(done, total)}  ${phase}`),
    },
  );
  const { n, correct, accuracy, failed, errorRate, ems, rems, comparators = {} } = scores;
  const [low, high] = wilsonInterval(correct, n);
  screen.line(`${label}, ${split}: ${n} questions`);
  screen.line(
    `  accuracy        ${percent(accuracy)}  (${correct} right; 95 % interval ${percent(low)} to ${percent(high)})`,
  );
  screen.line(`  failed queries  ${percent(errorRate)}  (${failed})`);
  screen.line(`  EMS ${percent(ems)}, REMS ${percent(rems)}`);
  const others = shownTogether.flatMap((name) => {
    const score = comparators[name];
    return score === undefined ? [] : [`${name} ${percent(score)}`];
  });
  if (others.length > 0) screen.line(`  ${others.join(', ')}`);
  if (json) process.stdout.write(`${JSON.stringify({ dataset: label, split, ...scores })}\n`);
}

/** Without what a run says of its splits. */
function pairsOf({ name, folder }: EvaluateFolderInput['dataset']): EvaluateFolderInput['dataset'] {
  return { name, ...(folder !== undefined && { folder }) };
}

/** What the options name. */
function datasetOf({
  dataset: name,
  datasetFolder: folder,
}: EvaluateOptions): EvaluateFolderInput['dataset'] | undefined {
  if (folder !== undefined) return { name: 'temptabqa-c', folder };
  return name === undefined ? undefined : { name };
}
