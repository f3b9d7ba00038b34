/**
 * Adapters that Queryloop saves, PEFT loads and gives the same logits. As in saved-checkpoints.test.ts every file is held against the hash of
 * the one that PEFT was given (make_adapters.py --check); with QUERYLOOP_TRANSFORMERS_PYTHON, a Python that has peft too, it is asked again.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { saveAdapters } from './save-adapters.ts';

const fixture = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const verified = JSON.parse(readFileSync(fixture('fixtures/saved-adapters.json'), 'utf8')) as {
  folders: Record<string, { gap: number; files: Record<string, string> }>;
};

let root: string;
let names: string[];
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'saved-adapters-'));
  names = await saveAdapters(root);
});
afterAll(() => rmSync(root, { recursive: true }));

it('is byte for byte what PEFT loaded with the same logits', () => {
  expect(Object.keys(verified.folders).sort()).toEqual(names.toSorted());
  for (const name of names) {
    const hashes = readdirSync(join(root, name)).map((file) => [
      file,
      createHash('sha256')
        .update(readFileSync(join(root, name, file)))
        .digest('hex'),
    ]);
    expect(Object.fromEntries(hashes), name).toEqual(verified.folders[name]?.files);
    expect(verified.folders[name]?.gap).toBeLessThan(1e-4);
  }
});

const python = process.env['QUERYLOOP_TRANSFORMERS_PYTHON'];
it.runIf(python)('loads in PEFT', { timeout: 300_000 }, () => {
  const { status, stderr } = spawnSync(python as string, [fixture('make_adapters.py'), '--check', root], {
    encoding: 'utf8',
  });
  expect(status, stderr).toBe(0);
});
