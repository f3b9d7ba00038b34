/** Runs the same step in Hugging Face TRL, with a Python the user names. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { UserError } from '@queryloop/contracts';
import { threads } from '../measure.ts';
import { shapes, steps, type Workload } from './workload.ts';

const script = fileURLToPath(new URL('./peer_trl.py', import.meta.url));

export interface PeerSeconds {
  rollout: number;
  update: number;
  step: number;
  threads: number;
}

/**
 * Median seconds of the peer's phases, with the number of threads that suits it: torch's threads wait for each other actively,
 * so on a machine with other work one is often faster than two. Throws UserError when the Python cannot run it.
 */
export async function runPeer(python: string, work: Workload): Promise<PeerSeconds> {
  const runs: PeerSeconds[] = [];
  for (let count = 1; count <= threads; count++) runs.push(await runWith(count, python, work));
  return runs.reduce((best, run) => (run.step < best.step ? run : best));
}

async function runWith(count: number, python: string, work: Workload): Promise<PeerSeconds> {
  try {
    const given = JSON.stringify({ ...shapes[work.shape], ...work, steps, threads: count });
    const { stdout } = await promisify(execFile)(python, [script, given], { maxBuffer: 2 ** 26 });
    return { ...(JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as PeerSeconds), threads: count };
  } catch (error) {
    throw new UserError({
      message: `the peer could not be measured: ${(error as Error).message.trim().split('\n').slice(-3).join('\n')}`,
      field: 'QUERYLOOP_PEER_PYTHON',
      hint: 'It must be a Python with torch, transformers, trl and datasets.',
    });
  }
}
