/** `queryloop export`: a finished run as one folder or archive that others can read and verify. */
import type { Engine } from '@queryloop/contracts';
import { foldersOf } from '@queryloop/contracts/folders';
import { describeBuild, exportRun as exportFinished, isArchive } from '@queryloop/control/export';
import { codeVersion, type EngineReport } from '@queryloop/worker';
import { runOneStep } from '../one-step.ts';
import { openScreen, progressBar } from '../screen.ts';
import { withKnownStore } from '../stored-run.ts';

export interface ExportCommandOptions {
  to: string;
  rollouts: boolean;
  force: boolean;
  json: boolean;
}

export async function exportRun(
  runId: string,
  { to, rollouts, force, json }: ExportCommandOptions,
  signal: AbortSignal,
): Promise<void> {
  const screen = openScreen({ json });
  const build = async () => {
    const engine = await runOneStep<Engine, EngineReport>('describeEngine', {}, { signal });
    return await describeBuild({ codeVersion: codeVersion(), engine });
  };
  const onProgress = (what: string, done: number, total: number): void => {
    signal.throwIfAborted();
    screen.live(`${progressBar(done, total)}  ${what}`);
  };
  const request = { to, rollouts, force, home: foldersOf().home, build, onProgress, signal };
  const exported = await withKnownStore(runId, (store) => exportFinished(store, runId, request));
  const { updates, files, bytes, head } = exported;
  const size = `${(bytes / 1e6).toFixed(1)} MB${isArchive(to) ? ' unpacked' : ''}`;
  screen.line(`exported run ${runId} to ${to}`);
  screen.line(`  ${updates} updates, ${files} files, ${size}`);
  screen.line(`  head of the hash chain: ${head}`);
  screen.line(`check it, here or elsewhere: queryloop verify ${to}`);
  if (json) process.stdout.write(`${JSON.stringify(exported)}\n`);
}
