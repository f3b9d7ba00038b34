/**
 * Writes fixtures/policy-queries.json.gz: the different queries, with their placeholders, that policies wrote in runs on the
 * built-in world. They hold nothing of the benchmark. Made by runs of experiments/smoke.yaml in a home of their own,
 *
 *   QUERYLOOP_HOME=<home> queryloop run experiments/smoke.yaml --set dataset.name=built-in-world --set warmStart.steps=<steps> \
 *     --set rollout.temperature=<temperature> --set grpo.updates=<updates>
 *
 * with steps 0 (random weights), 1, 6, 12 and 25 (hardly trained), 60 and 200, temperatures from 1 to 2, and 1 to 12 updates, and then
 *
 *   node test/golden/collect-policy-queries.ts <home>
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

interface Rollout {
  groups: { completions: { text: string; proposed?: boolean }[] }[];
}

const [home] = process.argv.slice(2);
if (home === undefined)
  throw new Error('usage: node test/golden/collect-policy-queries.ts <QUERYLOOP_HOME of the runs>');
const folder = join(home, 'artifacts', 'rollout');
const queries = new Set<string>();
for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
  if (!file.endsWith('.json')) continue;
  const { groups } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Rollout;
  for (const { completions } of groups)
    for (const { text, proposed } of completions) if (proposed !== true) queries.add(text);
}
const path = new URL('fixtures/policy-queries.json.gz', import.meta.url);
writeFileSync(path, gzipSync(JSON.stringify([...queries].sort()), { level: 9 }));
console.log(`${queries.size} queries`);
