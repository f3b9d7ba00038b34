/** Which files of a repository are pulled. */
import { expect, it } from 'vitest';
import { neededFiles } from './needed-files.ts';

const pulled = (...paths: string[]) =>
  neededFiles(
    paths.map((path, size) => ({ path, size, checksum: { kind: 'git-blob' as const, hex: '' } })),
    'someone/model',
  ).map(({ path }) => path);

it('takes an adapter without its base', () => {
  expect(
    pulled('README.md', 'adapter_config.json', 'tokenizer.json', 'adapter_model.safetensors', 'optimizer.pt'),
  ).toEqual(['adapter_config.json', 'tokenizer.json', 'adapter_model.safetensors']);
  expect(() => pulled('adapter_config.json', 'adapter_model.bin')).toThrow('holds no adapter_model.safetensors');
});

it('takes a model and not the adapter beside it', () => {
  expect(pulled('config.json', 'tokenizer.json', 'model.safetensors', 'adapter_config.json')).toEqual([
    'config.json',
    'tokenizer.json',
    'model.safetensors',
  ]);
});
