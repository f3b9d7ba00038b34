/** What `policy.folder` may name. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '@queryloop/contracts';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { baseOfAdapter, locatePolicy, requirePlaceholders } from './policy-folder.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'home-'));
  vi.stubEnv('QUERYLOOP_HOME', home);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true });
});

it('finds a folder by its path, and a pulled model by its name once it is whole', () => {
  expect(locatePolicy(home)).toBe(home);
  const folder = join(home, 'models', 'someone', 'model');
  mkdirSync(folder, { recursive: true });
  expect(() => locatePolicy('someone/model')).toThrow(UserError);
  writeFileSync(join(folder, 'pulled.json'), '{}');
  expect(locatePolicy('someone/model')).toBe(folder);
  expect(() => locatePolicy('someone/model@v2')).toThrow('no such folder: someone/model@v2');
});

it('refuses a file', () => {
  writeFileSync(join(home, 'file'), '');
  expect(() => locatePolicy(join(home, 'file'))).toThrow('not a folder');
});

it('names the field of a folder that is not there, and both ways to a model', () => {
  const refusal = (): unknown => {
    try {
      return locatePolicy('models/none');
    } catch (error) {
      return error;
    }
  };
  expect(refusal()).toMatchObject({ message: 'no such folder: models/none', field: 'policy.folder' });
  const { hint } = refusal() as UserError;
  for (const way of ['infra/models/convert_gguf.py', 'queryloop pull <owner>/<name>']) expect(hint).toContain(way);
});

it('knows no base of an adapter whose config cannot be read: loading says why', async () => {
  const settings = join(home, 'adapter_config.json');
  for (const text of ['{"base_model', 'null', '[]', '{"base_model_name_or_path": 7}']) {
    writeFileSync(settings, text);
    expect(await baseOfAdapter(home)).toBeUndefined();
  }
  writeFileSync(join(home, 'config.json'), '{}');
  writeFileSync(settings, JSON.stringify({ base_model_name_or_path: home }));
  expect(await baseOfAdapter(home)).toBe(home);
});

it('refuses placeholders for another tokenizer, by the name of the setting', async () => {
  const tokenizer = join(home, 'tokenizer.json');
  writeFileSync(tokenizer, '{"model": {"vocab": {"{": 1}}}');
  await expect(requirePlaceholders(home, '--prompt')).rejects.toMatchObject({
    field: '--prompt',
    hint: expect.stringContaining('Set --prompt to zero-shot'),
  });
  writeFileSync(tokenizer, '{"model": {"vocab": {"{athlete}": 1}}}');
  await requirePlaceholders(home, '--prompt');
});
