/** Writes a finished run as a folder that stands on its own (docs/export.md). */
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type ArtifactRef,
  type ArtifactStore,
  type ExportedRun,
  type ExportManifest,
  type Prediction,
  UserError,
} from '@queryloop/contracts';
import { readAdapterOrigin } from '@queryloop/contracts/adapter-origin';
import { canonicalJson, openLocalArtifactStore } from '@queryloop/store/artifacts';
import type { Build } from './describe-build.ts';
import { buildChain, headHash } from './hash-chain.ts';
import type { FinishedRun } from './read-run.ts';
import { hashFiles, hashOf } from './sha256.ts';
import { withoutPassword } from './without-password.ts';

export const names = {
  manifest: 'manifest.json',
  run: 'run.json',
  metrics: 'metrics.jsonl',
  artifacts: 'artifacts',
  checkpoint: 'checkpoint',
} as const;

export interface ExportOptions {
  /** With what updates are done again from. */
  rollouts: boolean;
  build: Build;
  onProgress(what: string, done: number, total: number): void;
}

/**
 * Writes into `folder`, which is empty. The same run, exported by the same build, gives the same bytes.
 * @throws UserError naming an artifact that is lost or damaged
 */
export async function writeExport(
  folder: string,
  finished: FinishedRun,
  artifacts: ArtifactStore,
  { rollouts, build, onProgress }: ExportOptions,
): Promise<ExportManifest> {
  const { run, base, metrics, updates } = finished;
  const described = canonicalJson(await describeRun(finished, artifacts, build));
  await writeFile(join(folder, names.run), `${described}\n`);
  const lines = metrics.map((values, update) => canonicalJson({ update, ...values }));
  await writeFile(join(folder, names.metrics), `${lines.join('\n')}\n`);
  await writeEvaluations(folder, finished, artifacts);
  await cp(await artifacts.path(run.result.checkpoint), join(folder, names.checkpoint), { recursive: true });
  if (rollouts) {
    const kept = await artifactsToKeep(finished, artifacts);
    const target = openLocalArtifactStore(join(folder, names.artifacts));
    for (const [done, ref] of kept.entries()) {
      onProgress('artifacts', done, kept.length);
      await copyArtifact(ref, artifacts, target);
    }
    await rm(join(folder, names.artifacts, '.staging'), { recursive: true, force: true });
  }
  onProgress('hashes', 0, 1);
  const chain = buildChain({ base, run: hashOf(JSON.parse(described)), metrics: metrics[0] ?? {} }, updates);
  const files = await hashFiles(folder);
  const manifest: ExportManifest = {
    format: 'queryloop-export/1',
    runId: run.id,
    base,
    rollouts,
    ...chain,
    files,
    head: headHash({ ...chain, files }),
  };
  await writeFile(join(folder, names.manifest), `${canonicalJson(manifest)}\n`);
  return manifest;
}

async function describeRun(
  { run, prepared }: FinishedRun,
  artifacts: ArtifactStore,
  exportedWith: Build,
): Promise<ExportedRun> {
  const { splits } = await artifacts.getJson<{ splits: Record<string, { database: ArtifactRef }> }>(prepared.dataset);
  const databases = Object.entries(splits).map(([split, { database }]) => [split, database] as const);
  return {
    runId: run.id,
    config: withoutPassword(run.config),
    changes: run.changes.map(({ update, field, from, to }) => ({ update, field, from, to })),
    parent: run.parent,
    dataset: {
      label: prepared.label,
      prepared: prepared.dataset,
      questions: prepared.questions,
      databases: Object.fromEntries(databases),
    },
    result: run.result,
    exportedWith,
  };
}

/** One file of predictions for each evaluation, one line a question, and the scores of all. */
async function writeEvaluations(folder: string, { evaluations }: FinishedRun, artifacts: ArtifactStore): Promise<void> {
  await mkdir(join(folder, 'evaluations'));
  const scores: string[] = [];
  for (const evaluation of evaluations) {
    const { update, split } = evaluation;
    const file = `${String(update).padStart(5, '0')}-${split}.predictions.jsonl`;
    const predictions = await artifacts.getJson<Prediction[]>(evaluation.predictions);
    const lines = predictions.map((prediction) => `${canonicalJson(prediction)}\n`);
    await writeFile(join(folder, 'evaluations', file), lines.join(''));
    scores.push(`${canonicalJson({ update, split, scores: evaluation.scores, predictions: file })}\n`);
  }
  await writeFile(join(folder, 'evaluations', 'scores.jsonl'), scores.join(''));
}

/** Rollouts and rewards of every update; executions, gradients and snapshots as far as they are still kept. */
async function artifactsToKeep({ base, updates }: FinishedRun, artifacts: ArtifactStore): Promise<ArtifactRef[]> {
  const needed = updates.flatMap(({ scored }) => scored.flatMap(({ rollout, rewards }) => [rollout, rewards]));
  const useful = updates.flatMap(({ scored, snapshot, policyBefore, gradients }) => [
    ...scored.flatMap(({ executions }) => executions ?? []),
    ...(snapshot ? [snapshot] : []),
    policyBefore.snapshot,
    ...gradients,
  ]);
  const kept: ArtifactRef[] = [base, ...(await modelUnder(base, artifacts)), ...needed];
  for (const ref of useful) if (await artifacts.has(ref)) kept.push(ref);
  return [...new Map(kept.map((ref) => [ref.hash, ref])).values()];
}

/** With LoRA, the whole model that the adapters of the run are over. */
async function modelUnder(checkpoint: ArtifactRef, artifacts: ArtifactStore): Promise<ArtifactRef[]> {
  const origin = await readAdapterOrigin(await artifacts.path(checkpoint));
  return origin === null ? [] : [origin.base];
}

async function copyArtifact(ref: ArtifactRef, artifacts: ArtifactStore, target: ArtifactStore): Promise<void> {
  const isFolder = ref.kind === 'checkpoint' || ref.kind === 'gradient';
  const source = isFolder ? await artifacts.path(ref) : null;
  const copied =
    source === null
      ? await target.putJson(ref.kind, await artifacts.getJson(ref))
      : await target.putFolder(ref.kind, (to) => cp(source, to, { recursive: true }));
  if (copied.hash !== ref.hash)
    throw new UserError({ message: `${ref.kind} ${ref.hash} changed while it was exported`, artifact: ref });
}
