/** `queryloop export --merged`: the trained policy of a finished run as one model folder. */
import { existsSync } from 'node:fs';
import { UserError } from '@queryloop/contracts';
import { evaluatedRun, unknownRun } from '@queryloop/control';
import type { WriteModelInput, WriteModelOutput } from '@queryloop/worker';
import { runOneStep } from '../one-step.ts';
import { openScreen } from '../screen.ts';
import { withKnownStore } from '../stored-run.ts';

export async function exportModel(
  runId: string,
  to: string,
  { json }: { json: boolean },
  signal: AbortSignal,
): Promise<void> {
  if (existsSync(to))
    throw new UserError({ message: `--merged ${to}: is there already`, field: '--merged', hint: 'Give another name.' });
  const screen = openScreen({ json });
  const { snapshot, update } = await withKnownStore(runId, async (store) => {
    const run = await store.runs.get(runId);
    if (run === null) throw unknownRun(runId);
    return (await evaluatedRun(store, run, run.config.dataset.test)).final;
  });
  const written = await runOneStep<WriteModelInput, WriteModelOutput>(
    'writeModel',
    { checkpoint: snapshot, to },
    { signal },
  );
  const what = written.merged ? 'its adapter merged into the base' : 'all its weights were trained';
  screen.line(`wrote the policy of run ${runId} after update ${update} to ${to}`);
  screen.line(`  ${(written.bytes / 1e6).toFixed(1)} MB of weights in float32; ${what}`);
  if (json) process.stdout.write(`${JSON.stringify({ runId, to, update, ...written })}\n`);
}
