/** Runs the same step in Hugging Face TRL, with a Python the user names. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { UserError } from '@queryloop/contracts';
import { threads } from '../measure.ts';
import { type Shape, workload } from './workload.ts';

const script = fileURLToPath(new URL('./peer_trl.py', import.meta.url));

/** Median seconds of the peer's phases. Throws UserError when the Python cannot run it. */
export async function runPeer(
  python: string,
  shape: Shape,
): Promise<{ rollout: number; update: number; step: number }> {
  try {
    const work = JSON.stringify({ ...shape, ...workload, threads });
    const { stdout } = await promisify(execFile)(python, [script, work], { maxBuffer: 2 ** 26 });
    return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as { rollout: number; update: number; step: number };
  } catch (error) {
    throw new UserError({
      message: `the peer could not be measured: ${(error as Error).message.trim().split('\n').slice(-3).join('\n')}`,
      field: 'QUERYLOOP_PEER_PYTHON',
      hint: 'It must be a Python with torch, transformers, trl and datasets.',
    });
  }
}
