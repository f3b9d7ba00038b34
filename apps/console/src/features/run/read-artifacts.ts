/** Artifacts of a run along their lineage: what was made from what, and whether it is still there. */
import { readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { ArtifactRef, ArtifactStore } from '@queryloop/contracts';
import type { Store, StoredRun } from '@queryloop/store';
import {
  type ArtifactFiles,
  type ArtifactStage,
  type ArtifactsPage,
  type ArtifactsQuery,
  type RunArtifact,
  ArtifactStage as Stages,
} from './artifact-schemas.ts';

interface Listed {
  ref: ArtifactRef;
  stage: ArtifactStage;
  update: number | null;
  pruned: boolean;
}

/** Stages in their order, in each the oldest update first. Only those of the page are looked for where artifacts are kept. */
export async function readArtifacts(
  store: Store,
  artifacts: ArtifactStore,
  run: StoredRun,
  { stage, offset, limit }: ArtifactsQuery,
): Promise<ArtifactsPage> {
  const all = await listed(store, run);
  const lineage = Stages.options.map((name) => {
    const of = all.filter((one) => one.stage === name);
    return {
      stage: name,
      artifacts: of.length,
      bytes: of.reduce((sum, { ref }) => sum + ref.bytes, 0),
      pruned: of.filter(({ pruned }) => pruned).length,
    };
  });
  const wanted = stage === undefined ? all : all.filter((one) => one.stage === stage);
  const page = wanted.slice(offset, offset + limit);
  const items = await Promise.all(page.map(async (one) => await found(artifacts, run.id, one)));
  return { items, total: wanted.length, lineage };
}

/** The reference of an artifact of the run; null when it has none with this hash. */
export async function artifactOf(store: Store, run: StoredRun, hash: string): Promise<ArtifactRef | null> {
  return (await listed(store, run)).find(({ ref }) => ref.hash === hash)?.ref ?? null;
}

/** Files of an artifact that is a folder, or the one it is. Throws UserError when it is lost. */
export async function artifactFiles(artifacts: ArtifactStore, ref: ArtifactRef): Promise<ArtifactFiles> {
  const root = await artifacts.path(ref);
  const whole = await stat(root);
  if (whole.isFile()) return { items: [{ path: `${ref.kind}.json`, bytes: whole.size }], total: 1 };
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const items = await Promise.all(
    files.sort().map(async (file) => ({ path: relative(root, file), bytes: (await stat(file)).size })),
  );
  return { items, total: items.length };
}

/** Where on this machine a file of an artifact is; null when it has none of this name. Throws UserError when it is lost. */
export async function artifactFile(artifacts: ArtifactStore, ref: ArtifactRef, path: string): Promise<string | null> {
  // Only names that were listed are opened: no path of the caller is followed.
  const { items } = await artifactFiles(artifacts, ref);
  if (!items.some((file) => file.path === path)) return null;
  const root = await artifacts.path(ref);
  return (await stat(root)).isFile() ? root : join(root, path);
}

async function listed(store: Store, run: StoredRun): Promise<Listed[]> {
  const [rollouts, checkpoints, evaluations, dataset] = await Promise.all([
    store.rollouts.list(run.id),
    store.checkpoints.list(run.id),
    store.evaluations.list(run.id),
    run.datasetHash === null ? null : store.datasets.get(run.datasetHash),
  ]);
  const entry = (ref: ArtifactRef, stage: ArtifactStage, update: number | null, pruned = false): Listed => ({
    ref,
    stage,
    update,
    pruned,
  });
  const result = run.result?.checkpoint;
  return [
    ...(dataset === null ? [] : [entry(dataset.dataset, 'dataset', null)]),
    ...checkpoints
      .filter(({ update }) => update === 0)
      .map(({ checkpoint, prunedAt }) => entry(checkpoint, 'base', 0, prunedAt !== null)),
    ...rollouts.flatMap(({ update, parts, gradients }) => [
      ...parts.flatMap(({ rollout, rewards, executions }) =>
        [rollout, rewards, executions].flatMap((ref) => (ref === undefined ? [] : [entry(ref, 'rollouts', update)])),
      ),
      ...gradients.map((ref) => entry(ref, 'rollouts', update)),
    ]),
    ...checkpoints
      .filter(({ update }) => update > 0)
      .map(({ update, checkpoint, prunedAt }) => entry(checkpoint, 'checkpoints', update, prunedAt !== null)),
    ...evaluations.map(({ update, predictions }) => entry(predictions, 'evaluations', update)),
    ...(result === undefined ? [] : [entry(result, 'result', run.result?.bestUpdate ?? null)]),
  ];
}

async function found(
  artifacts: ArtifactStore,
  runId: string,
  { ref, stage, update, pruned }: Listed,
): Promise<RunArtifact> {
  const there = await artifacts.has(ref);
  const state = there ? 'present' : pruned || ref.kind === 'gradient' ? 'pruned' : 'missing';
  return { ...ref, stage, update, state, again: there ? null : again(runId, ref.kind, update) };
}

/** Steps whose outputs are asked for and are not there are done again by the workflow itself. */
function again(runId: string, kind: ArtifactRef['kind'], update: number | null): string {
  if (kind === 'checkpoint' && update !== null && update > 0)
    return `A branch at update ${update} makes it again from the snapshot before and the stored rollouts: queryloop branch ${runId} --at ${update}`;
  if (kind === 'gradient') return 'It is computed again from the rollout when an update is replayed.';
  return `It is made again by the step that made it as soon as one needs it, for example when the run goes on: queryloop resume ${runId}`;
}
