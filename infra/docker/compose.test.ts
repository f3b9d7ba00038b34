/** The compose file fits the programs it starts: variables, worker options, queues, files. Docker itself is not run here. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TaskQueue } from '@queryloop/contracts';
import { expect, test } from 'vitest';
import { workerOptions } from '../../apps/worker/src/worker-options.ts';
import { artifactLocation } from '../../packages/store/src/artifacts/location.ts';

const folder = dirname(fileURLToPath(import.meta.url));
const root = join(folder, '..', '..');
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
const compose = read('compose.yaml');
const values = { S3_ENDPOINT: 'http://s3:7070', GRACE_SECONDS: '60' } as Record<string, string>;
/** As Docker does it, for the variables that tests look at. */
const filled = (text: string): string => text.replace(/\$\{(\w+)[^}]*\}/g, (_, name: string) => values[name] ?? name);

test('every variable of the compose file is in the example, and the reverse', () => {
  const used = [...compose.matchAll(/\$\{(\w+)/g)].map(([, name]) => name);
  const shown = [...read('.env.example').matchAll(/^(?:# )?([A-Z0-9_]+)=/gm)].map(([, name]) => name);
  expect([...new Set(used)].sort()).toEqual([...new Set(shown)].sort());
});

test('workers are started with options they know, and every queue has one', () => {
  const commands = [...compose.matchAll(/command: \[node, (\S+), (--.*)\]/g)];
  const options = commands.map(([, program, rest]) => {
    expect(existsSync(join(root, program ?? ''))).toBe(true);
    const args = filled(rest ?? '')
      .split(', ')
      .map((arg) => arg.replaceAll('"', ''));
    return workerOptions(args);
  });
  expect(options.flatMap(({ queues }) => queues).sort()).toEqual([...TaskQueue.options].sort());
  // Docker waits five minutes.
  for (const { graceMs } of options) expect(graceMs).toBeLessThan(300_000);
});

test('artifacts are where the S3 service keeps them', () => {
  const variable = (name: string) => [name, filled(new RegExp(`${name}: (.*)`).exec(compose)?.[1] ?? '')];
  const environment = Object.fromEntries(['QUERYLOOP_ARTIFACTS', 'QUERYLOOP_S3_ENDPOINT'].map(variable));
  const location = artifactLocation('', environment);
  expect(location).toEqual({ type: 's3', bucket: 'queryloop', prefix: 'artifacts', endpoint: 'http://s3:7070' });
  expect(compose).toContain('mkdir -p /data/queryloop');
});

test('files that are mounted or built from are there', () => {
  const mounted = [...compose.matchAll(/- \.\/(\S+?):\//g)].map(([, name]) => join(folder, name ?? ''));
  const built = [...compose.matchAll(/dockerfile: (\S+)/g)].map(([, name]) => join(root, name ?? ''));
  expect(mounted).toHaveLength(2);
  for (const file of [...mounted, ...built]) expect(existsSync(file), file).toBe(true);
  expect(existsSync(join(root, /CMD \["node", "(.*)"\]/.exec(read('Dockerfile'))?.[1] ?? '-'))).toBe(true);
});
