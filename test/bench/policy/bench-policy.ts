/** The policy's part of the bench: tokens a second, seconds of an update and of a step, beside the machine's limit and a peer. */
import { inOwnProcess, percent, printTable } from '../measure.ts';
import type { StepSeconds } from './measure-step.ts';
import { runPeer } from './run-peer.ts';
import { forwardFlops, type ShapeName, tokenCount, updateFlops, type Workload, workloads } from './workload.ts';

export interface PolicyFigures {
  work: Workload;
  rolloutTokensPerSecond: number;
  rolloutSeconds: number;
  updateSeconds: number;
  stepSeconds: number;
  /** Where it was computed, in words. */
  device: string;
  /** What a plain matrix product reaches in the same process. */
  matmulGflops: number;
  /** Share of that limit which a phase's unavoidable operations reach. */
  rolloutShareOfLimit: number;
  updateShareOfLimit: number;
  /** Most memory our process held. */
  peakBytes: number;
  /** Where the time of each phase goes. */
  profile: StepSeconds['profile'];
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

/** Measures each shape right before the peer's same shape when `python` can run it; prints a table. */
export async function benchPolicy({
  shapes,
  promptTokens,
  python,
}: {
  shapes: readonly ShapeName[];
  promptTokens: number;
  python: string | null;
}): Promise<PolicyFigures[]> {
  const figures: PolicyFigures[] = [];
  for (const work of workloads(shapes, promptTokens)) figures.push(await measureShape(work, python));
  printTable(
    `policy: one GRPO step, ${promptTokens} + 64 tokens, on ${figures[0]?.device}`,
    [
      'shape',
      'completions',
      'rollout tokens/s',
      'update s',
      'step s',
      'matmul GFLOP/s',
      'rollout of limit',
      'update of limit',
      'peak MB',
    ],
    figures.map((row) => [
      row.work.shape,
      String(row.work.prompts * row.work.group),
      row.rolloutTokensPerSecond.toFixed(0),
      row.updateSeconds.toFixed(3),
      row.stepSeconds.toFixed(3),
      row.matmulGflops.toFixed(1),
      percent(row.rolloutShareOfLimit),
      percent(row.updateShareOfLimit),
      (row.peakBytes / 2 ** 20).toFixed(0),
    ]),
  );
  for (const { work, profile } of figures) printProfile(work, profile);
  const compared = figures.flatMap(({ work: { shape }, peer }) => (peer ? [{ shape, ...peer }] : []));
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

function printProfile({ shape }: Workload, profile: StepSeconds['profile']): void {
  const kinds = new Set([...profile.rollout, ...profile.update].map(({ kind }) => kind));
  const cells = (phase: 'rollout' | 'update', kind: string) => {
    const total = profile[phase].reduce((sum, { seconds }) => sum + seconds, 0);
    const { calls, seconds } = profile[phase].find((row) => row.kind === kind) ?? { calls: 0, seconds: 0 };
    return [String(calls), seconds.toFixed(3), percent(seconds / total)];
  };
  printTable(
    `profile of ${shape}: calls, seconds and share of a rollout and of an update`,
    ['where', 'calls', 'rollout s', 'of rollout', 'calls', 'update s', 'of update'],
    [...kinds].map((kind) => [kind, ...cells('rollout', kind), ...cells('update', kind)]),
  );
}

async function measureShape(work: Workload, python: string | null): Promise<PolicyFigures> {
  const ours = await inOwnProcess<StepSeconds>(new URL('./measure-step.ts', import.meta.url), work);
  const peer = python === null ? null : await runPeer(python, work);
  const limit = ours.matmulGflops * 1e9;
  return {
    work,
    rolloutTokensPerSecond: tokenCount(work) / ours.rollout,
    rolloutSeconds: ours.rollout,
    updateSeconds: ours.update,
    stepSeconds: ours.step,
    device: ours.device,
    matmulGflops: ours.matmulGflops,
    rolloutShareOfLimit: forwardFlops(work) / ours.rollout / limit,
    updateShareOfLimit: updateFlops(work) / ours.update / limit,
    peakBytes: ours.peakBytes,
    profile: ours.profile,
    peer: peer && {
      threads: peer.threads,
      rolloutTokensPerSecond: tokenCount(work) / peer.rollout,
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
