/** Queries as training meets them, bound to values of the built-in world: sampled from the grammar, and written by policies. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { athletesSchema, type TableRows } from '../../databases/schema.ts';
import type { AnswerForm } from '../../grammar/answer-forms.ts';
import { grammarSampler } from '../../grammar/sample-pairs.ts';
import { athletesWordList } from '../../grammar/word-list.ts';
import { bindPlaceholders } from '../../linking/bind-placeholders.ts';
import { bindingsSampler } from './bindings.fixture.ts';

/** Forms like those found in answers, so that queries with CONCAT come too. */
const forms: AnswerForm[] = [
  { pieces: ['', 'tournament', ' ', 'year', ''], placeholders: ['tournament', 'year'], kind: 'row', count: 10 },
  { pieces: ['', 'city', ' in ', 'year', ''], placeholders: ['city', 'year'], kind: 'row', count: 10 },
  {
    pieces: ['', 'athlete', ' has none of ', 'type', ' at ', 'tournament', ''],
    placeholders: ['athlete', 'type', 'tournament'],
    kind: 'question',
    count: 10,
  },
];

/** Different queries of the grammar, of `pairs` sampled with and `pairs` without forms of answers. */
export function grammarQueries(rows: TableRows, seed: number, pairs: number): string[] {
  const bindings = bindingsSampler(rows);
  const queries = [[], forms].flatMap((known, stream) => {
    const sample = grammarSampler(athletesSchema, athletesWordList(), known);
    return Array.from({ length: pairs }, (_, i) => bindPlaceholders(sample(seed, i).sql, bindings(seed, stream, i)));
  });
  return [...new Set(queries)];
}

/** What policies wrote, from random weights to trained ones (test/golden/collect-policy-queries.ts). */
export function policyQueries(rows: TableRows, seed: number): string[] {
  const file = new URL('../../../../../test/golden/fixtures/policy-queries.json.gz', import.meta.url);
  const texts = JSON.parse(gunzipSync(readFileSync(file)).toString('utf8')) as string[];
  const bindings = bindingsSampler(rows);
  return [...new Set(texts.map((text, i) => bindPlaceholders(text, bindings(seed, i))))];
}
