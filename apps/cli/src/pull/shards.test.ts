/** Which files an index may name. */
import { expect, it } from 'vitest';
import { shardsOf } from './shards.ts';

const named = (map: unknown) => shardsOf(JSON.stringify({ metadata: {}, weight_map: map }), 'someone/model');

it('takes every file that the weight map names, once', () => {
  const first = 'model.safetensors-00001-of-00002.safetensors';
  const second = 'model.safetensors-00002-of-00002.safetensors';
  expect([...named({ a: first, b: second, c: first })]).toEqual([first, second]);
});

it.each(['../a.safetensors', 'part/a.safetensors', 'part\\a.safetensors', 'pulled.json', '.safetensors/..', 7, null])(
  'refuses %j as the name of a file',
  (name) => {
    expect(() => named({ a: 'a.safetensors', b: name })).toThrow(
      `model.safetensors.index.json of someone/model: the file of b is ${JSON.stringify(name)}`,
    );
  },
);

it.each(['', '{', 'null', '[]', '{}', '{"weight_map":{}}', '{"weight_map":"a"}'])('refuses %j as an index', (text) => {
  expect(() => shardsOf(text, 'someone/model')).toThrow('of someone/model has no weight_map');
});
