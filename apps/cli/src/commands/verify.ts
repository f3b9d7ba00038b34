/** `queryloop verify`: checks an export's files and hash chain, and does some of its updates again. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RepeatUpdatesInput, RepeatUpdatesOutput } from '@queryloop/contracts';
import {
  checkExport,
  chooseUpdates,
  eligibleUpdates,
  type OpenExport,
  openExport,
  type Problem,
  ranges,
  repeatExport,
} from '@queryloop/control/export';
import { codeVersion } from '@queryloop/worker';
import { RunFailed } from '../exit-code.ts';
import { policyProcessStep } from '../one-step.ts';
import { openScreen, progressBar, type Screen } from '../screen.ts';

export interface VerifyOptions {
  steps: number;
  seed: number;
  database?: string;
  json: boolean;
}

/** What `--json` prints. */
interface Verdict {
  ok: boolean;
  runId: string;
  head: string;
  files: number;
  updates: number;
  problems: Problem[];
  /** Updates that were done again, and those that could be. */
  repeated: number[];
  eligible: number[];
}

/** @throws RunFailed when anything does not fit */
export async function verify(path: string, options: VerifyOptions, signal: AbortSignal): Promise<void> {
  const screen = openScreen(options);
  const scratch = await mkdtemp(join(tmpdir(), 'queryloop-verify-'));
  try {
    const verdict = await examine(path, options, { scratch, screen, signal });
    if (options.json) process.stdout.write(`${JSON.stringify(verdict)}\n`);
    if (!verdict.ok)
      throw new RunFailed(
        `${path} is not what run ${verdict.runId} made: ${verdict.problems.length} problems, see above`,
      );
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function examine(
  path: string,
  { steps, seed, database }: VerifyOptions,
  { scratch, screen, signal }: { scratch: string; screen: Screen; signal: AbortSignal },
): Promise<Verdict> {
  const opened = await openExport(path, scratch);
  const { manifest } = opened;
  const problems = await checkExport(opened);
  tell(problems, screen);
  if (problems.length === 0)
    screen.line(`${manifest.files.length} files and the chain of ${manifest.updates.length} updates fit together`);
  screen.line(`head of the hash chain: ${manifest.head}`);

  const eligible = opened.run === null ? [] : eligibleUpdates(manifest, opened.run.value);
  const chosen = problems.length > 0 ? [] : chooseUpdates(eligible, steps, seed);
  const repeated = chosen.map(({ update }) => update);
  if (steps > 0)
    await sayWhatIsRepeated(
      opened,
      eligible.map(({ update }) => update),
      repeated,
      screen,
    );
  if (chosen.length > 0) {
    const work = join(scratch, 'artifacts');
    await mkdir(work);
    const found = await repeatExport(opened, chosen, {
      database,
      work,
      codeVersion: codeVersion(),
      repeatUpdates: (input) =>
        policyProcessStep<RepeatUpdatesInput, RepeatUpdatesOutput>('repeatUpdates', input, {
          signal,
          onProgress: ({ done, total, phase }) => screen.live(`${progressBar(done, total)}  ${phase}`),
        }),
    });
    tell(found, screen);
    problems.push(...found);
    if (found.length === 0) screen.line('done again, they are the same: rollouts, rewards, metrics and weights');
  }
  return {
    ok: problems.length === 0,
    runId: manifest.runId,
    head: manifest.head,
    files: manifest.files.length,
    updates: manifest.updates.length,
    problems,
    repeated,
    eligible: eligible.map(({ update }) => update),
  };
}

function tell(problems: readonly Problem[], screen: Screen): void {
  for (const { where, what } of problems) screen.line(`✗ ${where}: ${what}`);
}

async function sayWhatIsRepeated(
  { manifest, run }: OpenExport,
  eligible: readonly number[],
  chosen: readonly number[],
  screen: Screen,
): Promise<void> {
  if (chosen.length === 0 && eligible.length > 0)
    return screen.line('no update is done again, as files or chain are damaged');
  if (!manifest.rollouts) return screen.line('no update is done again: the export was made without rollouts');
  if (chosen.length === 0) return screen.line('no update is done again: no snapshot in the export is near enough');
  screen.line(`doing again: update ${ranges(chosen)} (possible from the snapshots in the export: ${ranges(eligible)})`);
  if (run !== null && run.value.exportedWith.codeVersion !== codeVersion())
    screen.line('  this is another version than the one that exported the run: results may differ for that reason');
}
