import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ExperimentConfig, warmStartInput } from '@queryloop/contracts';
import { afterAll, expect, it } from 'vitest';
import { prepareDatasetFingerprint, warmStartFingerprint } from './fingerprints.ts';
import { contextIn } from './step-context.fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'queryloop-fingerprints-'));
afterAll(() => rmSync(folder, { recursive: true }));
const context = contextIn(folder);

it('of a dataset follows the content of its files, wherever they lie', async () => {
  const of = (name: string) => {
    const file = join(folder, name, 'own.tsv');
    const { dataset } = ExperimentConfig.parse({ dataset: { train: file, dev: file, test: file } });
    return prepareDatasetFingerprint({ dataset, database: 'sqlite' }, context);
  };
  const write = (name: string, text: string) => {
    mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, name, 'own.tsv'), text);
  };
  // paths are given, so the benchmark's folder is not needed; naming one keeps the test off the network
  process.env.QUERYLOOP_TEMPTABQA_DIR = folder;
  write('a', 'one');
  write('b', 'one');
  const first = await of('a');
  expect(first).toBeTruthy();
  expect(await of('b')).toEqual(first);
  write('a', 'two');
  expect(await of('a')).not.toEqual(first);
});

it('of the built-in world says that it is one; a server’s tables are never reused', async () => {
  const { dataset } = ExperimentConfig.parse({ dataset: { name: 'built-in-world' } });
  expect(await prepareDatasetFingerprint({ dataset, database: 'sqlite' }, context)).toBe('built-in world');
  expect(await prepareDatasetFingerprint({ dataset, database: 'mysql://user@host/' }, context)).toBeUndefined();
});

it('of a policy folder follows names and content of its files, links included', async () => {
  const policy = join(folder, 'policy');
  mkdirSync(join(policy, 'nested'), { recursive: true });
  writeFileSync(join(policy, 'config.json'), '{}');
  writeFileSync(join(folder, 'blob'), 'weights');
  symlinkSync(join(folder, 'blob'), join(policy, 'nested', 'model.safetensors'));
  const of = (config: Record<string, unknown>) =>
    warmStartFingerprint(
      warmStartInput(ExperimentConfig.parse({ policy: config }), { kind: 'dataset', hash: '0'.repeat(64), bytes: 1 }),
    );
  const first = await of({ folder: policy });
  expect(first).toMatchObject([
    ['config.json', expect.any(String)],
    ['nested/model.safetensors', expect.any(String)],
  ]);
  writeFileSync(join(folder, 'blob'), 'Weights');
  expect(await of({ folder: policy })).not.toEqual(first);
  expect(await of({})).toBeNull();
  await expect(of({ folder: join(folder, 'missing') })).rejects.toThrow('no such folder');
});
