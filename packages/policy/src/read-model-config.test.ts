/** What a folder's config.json leaves open: whether its rotary frequencies were rounded. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { readModelConfig } from './read-model-config.ts';

const golden = join(import.meta.dirname, '../../../test/golden/fixtures/qwen2-tiny-bf16/config.json');
const { dtype: _, ...stated } = JSON.parse(readFileSync(golden, 'utf8')) as Record<string, unknown>;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'queryloop-config-'));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

async function read(fields: Record<string, unknown>): Promise<{ format: string; warnings: string[] }> {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ ...stated, ...fields }));
  const { ropeFormat } = await readModelConfig(folder);
  const warnings = warn.mock.calls.map(([text]) => String(text));
  warn.mockRestore();
  return { format: ropeFormat, warnings };
}

it('says so when it has to guess', async () => {
  const { format, warnings } = await read({ dtype: 'bfloat16' });
  expect(format).toBe('bfloat16');
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toContain(join(folder, 'config.json'));
  expect(warnings[0]).toContain('"rope_frequency_dtype": "float32"');
});

it('does not guess where the config says it, or says that nothing was rounded', async () => {
  for (const fields of [
    { dtype: 'float32' },
    {},
    { torch_dtype: 'bfloat16' },
    { dtype: 'bfloat16', torch_dtype: 'bfloat16' },
    { dtype: 'bfloat16', rope_frequency_dtype: 'float32' },
  ])
    expect(await read(fields)).toEqual({ format: 'float32', warnings: [] });
  expect(await read({ dtype: 'float32', rope_frequency_dtype: 'bfloat16' })).toEqual({
    format: 'bfloat16',
    warnings: [],
  });
});

it('takes a model that was pulled as from_pretrained loads it', async () => {
  writeFileSync(join(folder, 'pulled.json'), '{}');
  expect(await read({ dtype: 'bfloat16' })).toEqual({ format: 'float32', warnings: [] });
});
