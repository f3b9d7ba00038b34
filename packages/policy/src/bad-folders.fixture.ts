/** Folders of models with something wrong in them, each a change of a good one: what a cut download, a bad disk or a mix-up leaves. */
import { mkdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface BadFolder {
  name: string;
  /** Makes it of a copy of the golden folder. */
  spoil(folder: string): Promise<void>;
  /** What the error must say. */
  says: RegExp;
}

type Header = Record<string, { dtype: string; shape: number[]; data_offsets: [number, number] }>;

const weights = 'model.safetensors';
const norm = 'model.norm.weight';

/** Rewrites the header of the weights, as values or as text. */
const header =
  (change: (header: Header, bytes: number) => unknown) =>
  async (folder: string): Promise<void> => {
    const path = join(folder, weights);
    const file = await readFile(path);
    const length = Number(file.readBigUInt64LE(0));
    const values = file.subarray(8 + length);
    const changed = change(JSON.parse(file.toString('utf8', 8, 8 + length)) as Header, values.length);
    const text = Buffer.from(typeof changed === 'string' ? changed : JSON.stringify(changed));
    const size = Buffer.alloc(8);
    size.writeBigUInt64LE(BigInt(text.length));
    await writeFile(path, Buffer.concat([size, text, values]));
  };

/** Changes one tensor's entry. */
const entry = (change: (entry: Header[string], bytes: number) => void) =>
  header((all, bytes) => {
    change(all[norm] as Header[string], bytes);
    return all;
  });

const bytes =
  (content: Uint8Array | string, file = weights) =>
  (folder: string) =>
    writeFile(join(folder, file), content);

const json = (file: string, change: (content: Record<string, unknown>) => unknown) => async (folder: string) => {
  const path = join(folder, file);
  await writeFile(path, JSON.stringify(change(JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>)));
};
const config = (fields: Record<string, unknown>) => json('config.json', (content) => ({ ...content, ...fields }));

const index = (content: unknown) => async (folder: string) => {
  await rm(join(folder, weights), { force: true });
  await writeFile(join(folder, 'model.safetensors.index.json'), JSON.stringify(content));
};

const sized = (length: bigint, rest = ''): Buffer => {
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(length);
  return Buffer.concat([size, Buffer.from(rest)]);
};

export const badFolders: BadFolder[] = [
  {
    name: 'weights cut in half',
    spoil: async (folder) => truncate(join(folder, weights), (await readFile(join(folder, weights))).length / 2),
    says: /model\.safetensors .*ends at byte \d+, the file has \d+/,
  },
  { name: 'weights cut within the header', spoil: (folder) => truncate(join(folder, weights), 100), says: /header/ },
  { name: 'empty weights', spoil: bytes(''), says: /model\.safetensors.*damaged|model\.safetensors.*bytes/ },
  { name: 'weights of four bytes', spoil: bytes('abcd'), says: /model\.safetensors/ },
  { name: 'a header of 2^62 bytes', spoil: bytes(sized(2n ** 62n, '{}')), says: /header/ },
  { name: 'a header longer than the file', spoil: bytes(sized(1000n, '{}')), says: /header/ },
  { name: 'a header that is no JSON', spoil: header(() => '{"a": '), says: /header is not JSON/ },
  { name: 'a header that is a list', spoil: header(() => []), says: /header is not JSON/ },
  {
    name: 'an entry without offsets',
    spoil: header((all) => ({ ...all, [norm]: { dtype: 'F32', shape: [64] } })),
    says: /norm\.weight has no dtype/,
  },
  {
    name: 'offsets that overlap',
    spoil: entry((own) => {
      own.data_offsets = [0, 256];
    }),
    says: /starts at byte \d+, before the end of/,
  },
  {
    name: 'offsets outside the file',
    spoil: entry((own, size) => {
      own.data_offsets = [size, size + 256];
    }),
    says: /ends at byte \d+, the file has/,
  },
  {
    name: 'negative offsets',
    spoil: entry((own) => {
      own.data_offsets = [-256, 0];
    }),
    says: /norm\.weight has no dtype/,
  },
  {
    name: 'a shape that its bytes do not hold',
    spoil: entry((own) => {
      own.shape = [65];
    }),
    says: /norm\.weight of shape \[65\]/,
  },
  {
    name: 'a shape beyond all numbers',
    spoil: entry((own) => {
      own.shape = [2 ** 40, 2 ** 40];
    }),
    says: /norm\.weight of shape/,
  },
  {
    name: 'an unknown number format',
    spoil: entry((own) => {
      own.dtype = 'F8_E4M3';
    }),
    says: /F8_E4M3/,
  },
  {
    name: 'weights that are a folder',
    spoil: async (folder) => {
      await rm(join(folder, weights));
      await mkdir(join(folder, weights));
    },
    says: /model\.safetensors/,
  },
  { name: 'no weights', spoil: (folder) => rm(join(folder, weights)), says: /model\.safetensors/ },
  {
    name: 'an index of missing files',
    spoil: index({ weight_map: { [norm]: 'model-00001-of-00002.safetensors' } }),
    says: /names files that are not there: model-00001/,
  },
  { name: 'an index without a map', spoil: index({ weight_map: 'model.safetensors' }), says: /has no weight_map/ },
  { name: 'an index that is a list', spoil: index([]), says: /index\.json/ },
  { name: 'an index that is null', spoil: index(null), says: /index\.json/ },
  { name: 'a config that is a list', spoil: bytes('[]', 'config.json'), says: /config\.json/ },
  { name: 'a config that is null', spoil: bytes('null', 'config.json'), says: /config\.json/ },
  {
    name: 'a config that is cut',
    spoil: bytes('{"model_type": "lla', 'config.json'),
    says: /config\.json is not valid JSON/,
  },
  { name: 'a billion layers', spoil: config({ num_hidden_layers: 1e9 }), says: /num_hidden_layers/ },
  { name: 'layers in words', spoil: config({ num_hidden_layers: 'three' }), says: /num_hidden_layers/ },
  { name: 'a negative width', spoil: config({ hidden_size: -64 }), says: /hidden_size/ },
  {
    name: 'a vocabulary that the embedding does not have',
    spoil: config({ vocab_size: 1e6 }),
    says: /embed_tokens\.weight has shape/,
  },
  {
    name: 'a tokenizer that is cut',
    spoil: bytes('{"model": {', 'tokenizer.json'),
    says: /tokenizer\.json is not valid JSON/,
  },
  { name: 'a tokenizer that is a list', spoil: bytes('[]', 'tokenizer.json'), says: /tokenizer\.json/ },
  { name: 'a tokenizer that is null', spoil: bytes('null', 'tokenizer.json'), says: /tokenizer\.json/ },
  {
    name: 'a tokenizer without a model',
    spoil: json('tokenizer.json', ({ model: _, ...rest }) => rest),
    says: /tokenizer\.json cannot be used/,
  },
  {
    name: 'an added token beyond the embedding',
    spoil: json('tokenizer.json', (content) => ({
      ...content,
      added_tokens: [
        ...(content['added_tokens'] as unknown[]),
        {
          id: 5000,
          content: '<new>',
          special: true,
          single_word: false,
          lstrip: false,
          rstrip: false,
          normalized: false,
        },
      ],
    })),
    says: /tokenizer\.json has ids up to 5000; vocab_size in config\.json is 512/,
  },
  {
    name: 'an end token beyond the embedding',
    spoil: json('generation_config.json', (content) => ({ ...content, eos_token_id: 512 })),
    says: /eos_token_id 512/,
  },
  {
    name: 'settings of generation that are a list',
    spoil: bytes('[]', 'generation_config.json'),
    says: /generation_config\.json/,
  },
  {
    name: 'settings of the tokenizer that are a list',
    spoil: bytes('[]', 'tokenizer_config.json'),
    says: /tokenizer_config\.json/,
  },
];
