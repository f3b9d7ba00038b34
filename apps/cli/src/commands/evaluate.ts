/** `queryloop evaluate`: scores a policy folder, or the trained policy of a run, on a split. */
import {
  comparatorNames,
  type DatasetConfig,
  type Device,
  engineOf,
  type PromptStyle,
  UserError,
} from '@queryloop/contracts';
import { wilsonInterval } from '@queryloop/stats';
import type { EvaluateFolderInput, EvaluateFolderOutput } from '@queryloop/worker';
import { policyProcessStep } from '../one-step.ts';
import { type PolicyToEvaluate, policyToEvaluate } from '../policy-to-evaluate.ts';
import { openScreen, percent, progressBar } from '../screen.ts';
import { cutWarnings, type ServerOptions, servedPolicy, strayServerOption } from '../served-policy.ts';

export interface EvaluateOptions extends ServerOptions {
  policy?: string;
  dataset?: DatasetConfig['name'];
  /** Takes the place of `dataset`. */
  datasetFolder?: string;
  split?: string;
  database: string;
  /** Of a folder or a served model; a run has its own. */
  prompt?: PromptStyle;
  maxTokens?: number;
  repairTurns?: number;
  /** Of a folder; in the place of the run's own. */
  device?: Device;
  json: boolean;
}

/** The others have a place of their own. */
const shownTogether = comparatorNames.filter((name) => !['exact', 'ems', 'rems'].includes(name));

export async function evaluate(options: EvaluateOptions, signal: AbortSignal): Promise<void> {
  const { json, database } = options;
  const screen = openScreen({ json });
  const { policy, prompt, dataset: trainedOn, ...engine } = await chosen(options);
  const { threads, device } = { ...engine, ...(options.device !== undefined && { device: options.device }) };
  const dataset = datasetOf(options) ?? trainedOn ?? { name: 'temptabqa-c' };
  const split = options.split ?? (dataset.folder === undefined ? 'Original' : 'test');
  const { scores, label, cut } = await policyProcessStep<EvaluateFolderInput, EvaluateFolderOutput>(
    'evaluateFolder',
    { policy, ...(prompt && { prompt }), ...engineOf({ threads, device }), dataset: pairsOf(dataset), split, database },
    {
      signal,
      onProgress: ({ done, total, phase, detail }) =>
        screen.live(`${progressBar(done, total)}  ${phase}${detail === undefined ? '' : `, ${detail}`}`),
    },
  );
  const { n, correct, accuracy, failed, errorRate, ems, rems, comparators = {}, afterTurns = [] } = scores;
  const [low, high] = wilsonInterval(correct, n);
  screen.line(`${label}, ${split}: ${n} questions`);
  screen.line(
    `  accuracy        ${percent(accuracy)}  (${correct} right; 95 % interval ${percent(low)} to ${percent(high)})`,
  );
  screen.line(`  failed queries  ${percent(errorRate)}  (${failed})`);
  if (afterTurns.length > 0)
    screen.line(
      `  after turn      ${afterTurns.map((turn, t) => `${t + 1}: ${percent(turn.correct / n)} right, ${percent(turn.failed / n)} failed`).join('; ')}`,
    );
  screen.line(`  EMS ${percent(ems)}, REMS ${percent(rems)}`);
  const others = shownTogether.flatMap((name) => {
    const score = comparators[name];
    return score === undefined ? [] : [`${name} ${percent(score)}`];
  });
  if (others.length > 0) screen.line(`  ${others.join(', ')}`);
  for (const warning of cut === undefined ? [] : cutWarnings(cut)) process.stderr.write(`queryloop: ${warning}\n`);
  if (json) process.stdout.write(`${JSON.stringify({ dataset: label, split, ...scores, ...(cut && { cut }) })}\n`);
}

/** What is evaluated, and what it reads. */
async function chosen(options: EvaluateOptions): Promise<PolicyToEvaluate> {
  if (options.server !== undefined) {
    if (options.repairTurns !== undefined)
      throw new UserError({
        message: '--repair-turns does not go with --server: served models are asked once a question',
        field: '--repair-turns',
        hint: 'Leave it out, or evaluate the folder of the model with --policy alone.',
      });
    return servedPolicy({ ...options, server: options.server });
  }
  const stray = strayServerOption(options);
  if (stray !== undefined) throw stray;
  if (options.policy === undefined)
    throw new UserError({
      message: 'evaluate: nothing to evaluate',
      field: '--policy',
      hint: 'Give a folder or a run with --policy, or a served model with --server and --model.',
    });
  const found = await policyToEvaluate(options.policy, options.split);
  return { ...found, ...asRead(found, options) };
}

/** How a folder is read; a run is evaluated as it was trained. */
function asRead(
  { policy, prompt }: PolicyToEvaluate,
  { prompt: style, maxTokens, repairTurns }: EvaluateOptions,
): Pick<PolicyToEvaluate, 'policy' | 'prompt'> {
  if ('folder' in policy)
    return {
      policy: {
        ...policy,
        ...(maxTokens !== undefined && { maxTokens }),
        ...(repairTurns !== undefined && { repairTurns }),
      },
      ...(style !== undefined && { prompt: { style } }),
    };
  const [given] =
    Object.entries({ '--prompt': style, '--max-tokens': maxTokens, '--repair-turns': repairTurns }).find(
      ([, value]) => value !== undefined,
    ) ?? [];
  if (given === undefined) return { policy, ...(prompt && { prompt }) };
  throw new UserError({
    message: `${given} is for a folder: a run is evaluated with the prompts that it was trained with`,
    field: given,
    hint: 'Leave it out, or export the run and give the folder.',
  });
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
