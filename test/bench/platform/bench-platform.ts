/** The platform's part of the bench: how much of a training step goes to Temporal, processes and stores rather than into computing. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lastJson, openWorkplace } from '../../command-line.ts';
import { inOwnProcess, percent, printTable } from '../measure.ts';
import type { ReplayedUpdate, ReplayInput } from './replay-updates.ts';

export interface PlatformFigures {
  updates: number;
  /** Per update, from the sampling of the rollout to the new policy. */
  wallSeconds: number;
  /** The same steps on the same inputs in one process, artifacts apart. */
  computeSeconds: number;
  /** Reading and writing artifacts, in that process. */
  artifactSeconds: number;
  /** Between steps: Temporal's turns, the rows of the store, the worker. */
  betweenSeconds: number;
  /** 1 − compute / wall; the goal for the default policy is 10 % at most. */
  shareOutsideCompute: number;
  /** The replay gave the artifacts of the run, so the work was the same. */
  same: boolean;
}

const updates = 15;
const config = fileURLToPath(new URL('../../../experiments/quickstart.yaml', import.meta.url));
const settings = [
  'dataset.name=built-in-world',
  'warmStart.steps=150',
  `grpo.updates=${updates}`,
  `evaluation.everyUpdates=${updates}`,
];

/** Runs a short experiment of the default policy as a user does, then its updates again in one process; prints a table. */
export async function benchPlatform(): Promise<PlatformFigures> {
  const workplace = openWorkplace();
  try {
    const home = join(workplace.folder, '.queryloop');
    const environment = { QUERYLOOP_HOME: home, QUERYLOOP_STORE_URL: '' };
    const outcome = await workplace.start(
      ['run', config, '--json', ...settings.flatMap((each) => ['--set', each])],
      environment,
    ).ended;
    if (outcome.code !== 0) throw new Error(`the run of the bench failed:\n${outcome.stdout}${outcome.stderr}`);
    const { runId, seconds } = lastJson<{ runId: string; seconds: { train: number } }>(outcome);
    const input: ReplayInput = { home, replayHome: join(workplace.folder, 'replay'), runId };
    const module = new URL('./replay-updates.ts', import.meta.url);
    return report(seconds.train, await inOwnProcess<ReplayedUpdate[]>(module, input, environment));
  } finally {
    workplace.remove();
  }
}

function report(trainSeconds: number, replayed: readonly ReplayedUpdate[]): PlatformFigures {
  const each = (value: (update: ReplayedUpdate) => number): number =>
    replayed.reduce((total, update) => total + value(update), 0) / replayed.length;
  const wallSeconds = trainSeconds / replayed.length;
  const stepSeconds = each((update) => update.stepSeconds);
  const figures: PlatformFigures = {
    updates: replayed.length,
    wallSeconds,
    computeSeconds: each((update) => update.computeSeconds),
    artifactSeconds: each((update) => update.artifactSeconds),
    betweenSeconds: wallSeconds - stepSeconds,
    shareOutsideCompute: 1 - each((update) => update.computeSeconds) / wallSeconds,
    same: replayed.every(({ same }) => same),
  };
  const rest = stepSeconds - figures.computeSeconds - figures.artifactSeconds;
  const row = (what: string, seconds: number): string[] => [
    what,
    (1000 * seconds).toFixed(0),
    percent(seconds / wallSeconds),
  ];
  printTable(
    `platform: one update of the default policy, mean of ${replayed.length}${figures.same ? '' : ' (the replay differs from the run)'}`,
    ['', 'ms', 'share'],
    [
      row('update, as a run does it', wallSeconds),
      row('  computing (the same steps in one process)', figures.computeSeconds),
      row('  artifacts read and written', figures.artifactSeconds),
      row('  between processes, inside steps', rest),
      row('  between steps: Temporal, store, worker', figures.betweenSeconds),
      row('all but computing (goal: 10 %)', wallSeconds - figures.computeSeconds),
    ],
  );
  return figures;
}
