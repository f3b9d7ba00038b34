/** A run exported and verified as users do, and every way of changing an export noticed. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ArtifactRef, ExportManifest, Metrics } from '@queryloop/contracts';
import { buildChain, hashFiles, hashOf, headHash, policyBefore } from '@queryloop/control/export';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { lastJson, type Outcome, openWorkplace, type Workplace } from '../command-line.ts';

vi.setConfig({ testTimeout: 400_000, hookTimeout: 400_000 });

const smoke = fileURLToPath(new URL('../../experiments/smoke.yaml', import.meta.url));

interface Verdict {
  ok: boolean;
  head: string;
  problems: { where: string; what: string }[];
  repeated: number[];
  eligible: number[];
}

let workplace: Workplace;
let runId: string;
const at = (...path: string[]): string => join(workplace.folder, ...path);
const queryloop = (...args: string[]): Promise<Outcome> => workplace.start(args).ended;
const verify = async (name: string, ...args: string[]): Promise<Verdict> => {
  const outcome = await queryloop('verify', name, '--json', ...args);
  const verdict = lastJson<Verdict>(outcome);
  expect(outcome.code, outcome.stderr).toBe(verdict.ok ? 0 : 1);
  return verdict;
};
/** A copy of the export to be tampered with. */
const copyOf = (name: string): string => {
  cpSync(at('whole'), at(name), { recursive: true });
  return at(name);
};
const manifestOf = (folder: string): ExportManifest =>
  JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as ExportManifest;

beforeAll(async () => {
  workplace = openWorkplace();
  const run = await queryloop('run', smoke, '--json', '--set', 'grpo.updates=3', '--set', 'evaluation.everyUpdates=3');
  expect(run.code, run.stderr).toBe(0);
  ({ runId } = lastJson<{ runId: string }>(run));
  const exported = await queryloop('export', runId, '--to', 'whole', '--json');
  expect(exported.code, exported.stderr).toBe(0);
});
afterAll(() => workplace.remove());

test('an export is whole, and its updates come out the same again', async () => {
  expect(readdirSync(at('whole')).sort()).toEqual([
    'artifacts',
    'checkpoint',
    'evaluations',
    'manifest.json',
    'metrics.jsonl',
    'run.json',
  ]);
  const manifest = manifestOf(at('whole'));
  expect(manifest.updates.map(({ update, snapshot }) => [update, snapshot !== null])).toEqual([
    [1, false],
    [2, false],
    [3, true],
  ]);
  expect(existsSync(at('whole', 'artifacts', 'dataset'))).toBe(false);
  const verdict = await verify('whole', '--steps', '3');
  expect(verdict).toMatchObject({ ok: true, problems: [], repeated: [1, 2, 3], eligible: [1, 2, 3] });
  expect(verdict.head).toBe(manifest.head);
});

test('an archive holds the same, and may lie anywhere', async () => {
  expect((await queryloop('export', runId, '--to', 'run.tar.gz')).code).toBe(0);
  mkdirSync(at('elsewhere'));
  renameSync(at('run.tar.gz'), at('elsewhere', 'run.tar.gz'));
  const verdict = await verify(join('elsewhere', 'run.tar.gz'), '--steps', '0');
  expect(verdict).toMatchObject({ ok: true, repeated: [], head: manifestOf(at('whole')).head });
});

test('an export without rollouts is smaller, and can be checked but not done again', async () => {
  expect((await queryloop('export', runId, '--to', 'small', '--without-rollouts')).code).toBe(0);
  expect(existsSync(at('small', 'artifacts'))).toBe(false);
  expect(await verify('small')).toMatchObject({ ok: true, repeated: [], eligible: [] });
});

describe('mistakes', () => {
  test.each([
    [['export', 'no-such-run', '--to', 'x'], 'no run "no-such-run"'],
    [['export', '', '--to', 'whole'], '--to whole: is there already'],
    [['export', '', '--to', '.queryloop', '--force'], 'is no export, so --force does not replace it'],
    [['verify', 'nothing-here'], 'no such folder or file'],
    [['verify', '.queryloop'], 'manifest.json is missing'],
    [['verify', smoke], 'tar failed'],
    [['verify', 'whole', '--steps', 'many'], '--steps: "many"'],
  ])('%j', async (args, message) => {
    const outcome = await queryloop(...args.map((arg) => (arg === '' ? runId : arg)));
    expect(outcome).toMatchObject({ code: 2, stderr: expect.stringContaining(message) as string });
    expect(outcome.stderr).not.toMatch(/^\s+at /m);
  });
});

describe('what was changed is named', () => {
  test('one bit of any file', async () => {
    const folder = copyOf('flipped');
    const { files } = manifestOf(folder);
    const chosen = ['run.json', 'checkpoint/model.safetensors', 'evaluations/scores.jsonl'];
    chosen.push(files.find(({ path }) => path.startsWith('artifacts/rewards/'))?.path as string);
    for (const path of chosen) {
      const bytes = readFileSync(join(folder, path));
      bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] as number) ^ 1;
      rmSync(join(folder, path));
      writeFileSync(join(folder, path), bytes);
    }
    rmSync(join(folder, 'checkpoint', 'config.json'));
    writeFileSync(join(folder, 'extra'), '');
    const { ok, problems, repeated } = await verify('flipped');
    expect({ ok, repeated }).toEqual({ ok: false, repeated: [] });
    expect(problems.map(({ where }) => where)).toEqual(
      expect.arrayContaining([...chosen, 'checkpoint/config.json', 'extra']) as string[],
    );
  });

  test('a metric, also when the list of files was mended', async () => {
    const folder = copyOf('metric');
    const file = join(folder, 'metrics.jsonl');
    const lines = readFileSync(file, 'utf8').split('\n');
    lines[2] = JSON.stringify({ ...(JSON.parse(lines[2] as string) as Metrics), reward: 1 });
    writeFileSync(file, lines.join('\n'));
    expect((await verify('metric')).problems.map(({ where }) => where)).toEqual(['metrics.jsonl', 'update 2']);
    await mend(folder, (manifest) => manifest);
    expect((await verify('metric', '--steps', '0')).problems).toEqual([
      { where: 'update 2', what: 'has other metrics in metrics.jsonl than in the chain' },
    ]);
  });

  test('an update left out of the chain', async () => {
    const folder = copyOf('shorter');
    await mend(folder, (manifest) => ({ ...manifest, updates: manifest.updates.filter(({ update }) => update !== 2) }));
    expect((await verify('shorter')).problems.map(({ where }) => where)).toEqual(
      expect.arrayContaining(['run.json', 'update 2']) as string[],
    );
  });

  test('a rollout, with every hash made again: only doing the update again tells', async () => {
    const folder = copyOf('forged');
    const manifest = manifestOf(folder);
    const rollout = manifest.updates[1]?.scored[0]?.rollout as ArtifactRef;
    const place = (hash: string): string => join(folder, 'artifacts', 'rollout', hash.slice(0, 2), `${hash}.json`);
    const content = JSON.parse(readFileSync(place(rollout.hash), 'utf8')) as {
      groups: { completions: { ids: number[]; logProbs: number[] }[] }[];
    };
    const completion = content.groups[0]?.completions[0];
    if (completion) completion.logProbs = completion.logProbs.map((value) => value / 2);
    const forged = { ...rollout, hash: hashOf(content), bytes: Buffer.byteLength(JSON.stringify(content)) };
    expect(forged.hash).not.toBe(rollout.hash);
    rmSync(place(rollout.hash));
    mkdirSync(join(place(forged.hash), '..'), { recursive: true });
    writeFileSync(place(forged.hash), JSON.stringify(content));
    await mend(folder, () => {
      const text = JSON.stringify(manifest)
        .replaceAll(JSON.stringify(rollout), JSON.stringify(forged))
        .replaceAll(rollout.hash, forged.hash);
      const changed = JSON.parse(text) as ExportManifest;
      const metrics = metricsOf(folder);
      const recorded = changed.updates.map((entry) => ({
        ...entry,
        policyBefore: policyBefore(changed, entry.update),
        metrics: metrics[entry.update] as Metrics,
      }));
      const run = hashOf(JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')));
      return { ...changed, ...buildChain({ base: changed.base, run, metrics: metrics[0] as Metrics }, recorded) };
    });
    expect((await verify('forged', '--steps', '0')).ok).toBe(true);
    const { ok, problems } = await verify('forged', '--steps', '3');
    expect(ok).toBe(false);
    expect(problems).toContainEqual({
      where: 'update 2',
      what: `done again, its rollout is ${rollout.hash}, not ${forged.hash}`,
    });
  });
});

function metricsOf(folder: string): Metrics[] {
  const lines = readFileSync(join(folder, 'metrics.jsonl'), 'utf8').trimEnd().split('\n');
  return lines.map((line) => {
    const { update: _, ...metrics } = JSON.parse(line) as Metrics;
    return metrics;
  });
}

/** Writes a changed manifest whose list of files and head fit, as somebody who knows the format would. */
async function mend(folder: string, change: (manifest: ExportManifest) => ExportManifest): Promise<void> {
  const manifest = change(manifestOf(folder));
  const files = (await hashFiles(folder)).filter(({ path }) => path !== 'manifest.json');
  const mended = { ...manifest, files };
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ ...mended, head: headHash(mended) }));
}
