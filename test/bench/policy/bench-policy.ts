/** The policy's part of the bench: tokens a second, seconds of an update and of a step, beside the machine's limit and a peer. */
import { inOwnProcess, percent, printTable } from '../measure.ts';
import type { StepSeconds } from './measure-step.ts';
import { runPeer } from './run-peer.ts';
import { forwardFlops, type ShapeName, shapes, tokenCount, updateFlops } from './workload.ts';

export interface PolicyFigures {
  shape: ShapeName;
  rolloutTokensPerSecond: number;
  rolloutSeconds: number;
  updateSeconds: number;
  stepSeconds: number;
  /** What a plain matrix product reaches in the same process. */
  matmulGflops: number;
  /** Share of that limit which a phase's unavoidable operations reach. */
  rolloutShareOfLimit: number;
  updateShareOfLimit: number;
  peer: PeerFigures | null;
}

export interface PeerFigures {
  /** Of the peer, whichever number was faster. */
  threads: number;
  rolloutTokensPerSecond: number;
  updateSeconds: number;
  stepSeconds: number;
  /** Peer's time over ours: above 1, Queryloop is faster. */
  speedup: { rollout: number; update: number; step: number };
}

/** Measures every shape, each right before the peer's same shape when `python` can run it; prints a table. */
export async function benchPolicy({
  large,
  python,
}: {
  large: boolean;
  python: string | null;
}): Promise<PolicyFigures[]> {
  const figures: PolicyFigures[] = [];
  const names = (Object.keys(shapes) as ShapeName[]).filter((name) => large || name !== '135m');
  for (const name of names) figures.push(await measureShape(name, python));
  printTable(
    'policy: one GRPO step, 8 prompts × 8 completions, 64 + 64 tokens',
    ['shape', 'rollout tokens/s', 'update s', 'step s', 'matmul GFLOP/s', 'rollout of limit', 'update of limit'],
    figures.map((row) => [
      row.shape,
      row.rolloutTokensPerSecond.toFixed(0),
      row.updateSeconds.toFixed(3),
      row.stepSeconds.toFixed(3),
      row.matmulGflops.toFixed(1),
      percent(row.rolloutShareOfLimit),
      percent(row.updateShareOfLimit),
    ]),
  );
  const compared = figures.flatMap(({ shape, peer }) => (peer ? [{ shape, ...peer }] : []));
  if (compared.length > 0)
    printTable(
      'peer: the same step in TRL (× faster is Queryloop)',
      ['shape', 'threads', 'rollout tokens/s', 'update s', 'step s', '× rollout', '× update', '× step'],
      compared.map(({ shape, speedup, ...row }) => [
        shape,
        String(row.threads),
        row.rolloutTokensPerSecond.toFixed(0),
        row.updateSeconds.toFixed(3),
        row.stepSeconds.toFixed(3),
        speedup.rollout.toFixed(2),
        speedup.update.toFixed(2),
        speedup.step.toFixed(2),
      ]),
    );
  return figures;
}

async function measureShape(name: ShapeName, python: string | null): Promise<PolicyFigures> {
  const shape = shapes[name];
  const ours = await inOwnProcess<StepSeconds>(new URL('./measure-step.ts', import.meta.url), shape);
  const peer = python === null ? null : await runPeer(python, shape);
  const limit = ours.matmulGflops * 1e9;
  return {
    shape: name,
    rolloutTokensPerSecond: tokenCount / ours.rollout,
    rolloutSeconds: ours.rollout,
    updateSeconds: ours.update,
    stepSeconds: ours.step,
    matmulGflops: ours.matmulGflops,
    rolloutShareOfLimit: forwardFlops(shape) / ours.rollout / limit,
    updateShareOfLimit: updateFlops(shape) / ours.update / limit,
    peer: peer && {
      threads: peer.threads,
      rolloutTokensPerSecond: tokenCount / peer.rollout,
      updateSeconds: peer.update,
      stepSeconds: peer.step,
      speedup: {
        rollout: peer.rollout / ours.rollout,
        update: peer.update / ours.update,
        step: peer.step / ours.step,
      },
    },
  };
}
