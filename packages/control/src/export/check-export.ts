/** Checks an export without doing anything again: every file's hash, and the chain that ties updates, metrics and files together. */

import type { ExportManifest } from '@queryloop/contracts';
import { entryHash, headHash, policyBefore, startHash } from './hash-chain.ts';
import type { OpenExport } from './open-export.ts';
import { type FileEntry, hashFiles, hashOf } from './sha256.ts';
import { names } from './write-export.ts';

/** What is wrong, and where: a path in the export, or an update of the chain. */
export interface Problem {
  where: string;
  what: string;
}

export async function checkExport(opened: OpenExport): Promise<Problem[]> {
  const found = (await hashFiles(opened.folder)).filter(({ path }) => path !== names.manifest);
  return [
    ...checkFiles(opened.manifest, found),
    ...checkArtifacts(found),
    ...checkCheckpoint(opened, found),
    ...checkChain(opened),
  ];
}

function checkFiles({ files }: ExportManifest, found: readonly FileEntry[]): Problem[] {
  const there = new Map(found.map((file) => [file.path, file]));
  const listed = new Set(files.map(({ path }) => path));
  const wrong = files.flatMap(({ path, sha256, bytes }): Problem[] => {
    const file = there.get(path);
    if (file === undefined) return [{ where: path, what: 'is missing' }];
    if (file.sha256 === sha256 && file.bytes === bytes) return [];
    return [{ where: path, what: `has changed: its SHA-256 is ${file.sha256}, not ${sha256}` }];
  });
  const added = found.filter(({ path }) => !listed.has(path));
  return [...wrong, ...added.map(({ path }) => ({ where: path, what: 'is not in the manifest' }))];
}

/** An artifact's name is the hash of its content: of the file, or of the list of a folder's files. */
function checkArtifacts(found: readonly FileEntry[]): Problem[] {
  const contents = new Map<string, [string, string][]>();
  const problems: Problem[] = [];
  for (const { path, sha256 } of found) {
    const [root, kind, shelf, name, ...rest] = path.split('/');
    if (root !== names.artifacts) continue;
    const artifact = [root, kind, shelf, name].join('/');
    if (rest.length > 0) {
      const list = contents.get(artifact) ?? [];
      contents.set(artifact, [...list, [rest.join('/'), sha256]]);
    } else if (name !== `${sha256}.json`)
      problems.push({ where: path, what: 'is not named by the hash of its content' });
  }
  for (const [artifact, list] of contents) {
    if (!artifact.endsWith(`/${hashOf(list)}`))
      problems.push({ where: artifact, what: 'is not named by the hash of its content' });
  }
  return problems;
}

/** The trained policy is the one that the result names. */
function checkCheckpoint({ run }: OpenExport, found: readonly FileEntry[]): Problem[] {
  const list = found.flatMap(({ path, sha256 }): [string, string][] =>
    path.startsWith(`${names.checkpoint}/`) ? [[path.slice(names.checkpoint.length + 1), sha256]] : [],
  );
  if (run === null || hashOf(list) === run.value.result.checkpoint.hash) return [];
  return [{ where: names.checkpoint, what: `is not the checkpoint that ${names.run} names` }];
}

function checkChain({ manifest, run, metrics }: OpenExport): Problem[] {
  const { base, start, updates, head, runId } = manifest;
  const problems: Problem[] = [];
  const expect = (holds: boolean, where: string, what: string): void => {
    if (!holds) problems.push({ where, what });
  };
  const begins = run !== null && start === startHash({ base, run: hashOf(run.json), metrics: metrics.get(0) ?? {} });
  expect(begins, 'start of the chain', 'does not fit run.json, the base policy or the metrics of update 0');
  if (run !== null) {
    expect(run.value.runId === runId, names.run, `is about run ${run.value.runId}, the manifest about ${runId}`);
    expect(
      run.value.result.updates === updates.length,
      names.run,
      'tells of another number of updates than the chain has',
    );
  }
  expect(metrics.size === updates.length + 1, names.metrics, `has ${metrics.size} updates, not ${updates.length + 1}`);
  let previous = start;
  updates.forEach((entry, i) => {
    const where = `update ${i + 1}`;
    expect(entry.update === i + 1, where, `is numbered ${entry.update} in the chain`);
    expect(entry.previous === previous, where, 'does not rest on the entry before: the chain is broken');
    expect(entry.hash === entryHash(entry), where, 'does not have the hash of its entry: the chain is broken');
    const recorded = metrics.get(i + 1);
    expect(
      recorded !== undefined && entry.metrics === hashOf(recorded),
      where,
      `has other metrics in ${names.metrics} than in the chain`,
    );
    const rests = entry.from.update < i + 1 && entry.policyBefore === hashOf(policyBefore(manifest, i + 1));
    expect(rests, where, 'does not start from the policy that the updates before it lead to');
    previous = entry.hash;
  });
  expect(head === headHash(manifest), 'head of the chain', 'does not fit the last update and the list of files');
  return problems;
}
