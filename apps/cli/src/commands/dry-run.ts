/** `queryloop run <config> --dry-run`: what the run would do, what is cached, and how long the rest will take. */
import type { ExperimentConfig } from '@queryloop/contracts';
import { planRun, type RunPlan } from '@queryloop/control';
import { lookUpStep } from '@queryloop/worker';
import { duration, openScreen } from '../screen.ts';
import { withStoreIfAny } from '../stored-run.ts';

export async function dryRun(config: ExperimentConfig, { json }: { json: boolean }): Promise<void> {
  const plan = await withStoreIfAny((store) => planRun({ store, lookUpStep }, config));
  const screen = openScreen({ json });
  screen.line(`${config.name}, seed ${config.seed}: nothing is run; this is what "queryloop run" would do`);
  for (const line of planLines(plan)) screen.line(`  ${line}`);
  if (json) process.stdout.write(`${JSON.stringify(plan)}\n`);
}

/** Names of steps for people, in the order a run does them; steps of updates are summed up as updates. */
const phases: [name: string, steps: string[]][] = [
  ['prepare data', ['prepareDataset']],
  ['warm start', ['warmStart']],
  ['evaluate on dev', ['evaluatePolicy:dev', 'mergeEvaluations:dev']],
  ['evaluate on test', ['evaluatePolicy:test', 'mergeEvaluations:test']],
];

function planLines({ steps, updates, updatesCached, estimatedSeconds }: RunPlan): string[] {
  const counted = phases.map(([name, names]) => {
    const own = steps.filter(({ step }) => names.includes(step));
    return line(name, own.length, own.filter(({ cached }) => cached).length);
  });
  const time = estimatedSeconds === null ? 'no earlier run to estimate from' : `about ${duration(estimatedSeconds)}`;
  return [
    ...counted.slice(0, 2),
    line('updates', updates, updatesCached),
    ...counted.slice(2),
    `time              ${time}`,
  ];
}

function line(name: string, count: number, cached: number): string {
  const what = cached === count ? 'cached' : cached === 0 ? 'to do' : `${cached} cached, ${count - cached} to do`;
  return `${name.padEnd(18)}${String(count).padStart(4)}  ${what}`;
}
