/** A table as a user runs it: variants and seeds trained, scored on splits, written into a page; interrupted, it goes on. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openStore } from '@queryloop/store';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { lastJson, openWorkplace, type Workplace } from '../command-line.ts';

vi.setConfig({ testTimeout: 400_000 });

interface TableDocument {
  changed: boolean;
  failed: { variant: string; seed: number; error: string }[];
  variants: { name: string; runs: { seed: number; missing: string | null }[] }[];
  splits: {
    split: string;
    label: string;
    n: number;
    cells: ({ seeds: number[]; base: { value: number }; against: { verdict: string } | null } | null)[];
  }[];
}

let workplace: Workplace;
beforeAll(() => {
  workplace = openWorkplace();
});
afterAll(() => workplace.remove());

const experiment = fileURLToPath(new URL('../../experiments/smoke.yaml', import.meta.url));
const byHand = '# Results\n\nBy hand.\n\n<!-- table: tiny -->\n<!-- end of table: tiny -->\n\nBy hand too.\n';

/** Writes the table file with these variants; its name. */
function tableFile(variants: object[]): string {
  const set = {
    'dataset.name': 'built-in-world',
    'dataset.test': 'test',
    'warmStart.steps': 15,
    'grpo.updates': 1,
    'rollout.promptsPerUpdate': 8,
  };
  const table = { name: 'tiny', experiment, set, variants, seeds: [1], report: 'page.md' };
  writeFileSync(join(workplace.folder, 'table.yaml'), JSON.stringify(table));
  return 'table.yaml';
}
const page = (): string => readFileSync(join(workplace.folder, 'page.md'), 'utf8');

const plain = { name: 'plain' };
const free = { name: 'free', set: { 'reward.failed': 0 } };

test('Ctrl-C holds it, the same command ends it and writes the page, and again does nothing', async () => {
  writeFileSync(join(workplace.folder, 'page.md'), byHand);
  const interrupted = workplace.start(['run', tableFile([plain, free])]);
  await interrupted.printed('plain: 1 of 1 runs finished');
  interrupted.child.kill('SIGINT');
  const held = await interrupted.ended;
  expect(held.code, held.stderr).toBe(130);
  expect(held.stdout).toContain('Go on with: npx queryloop run table.yaml');
  expect(page()).toBe(byHand);

  const planned = await workplace.start(['run', 'table.yaml', '--dry-run', '--json']).ended;
  expect(planned.code, planned.stderr).toBe(0);
  expect(lastJson<object>(planned)).toMatchObject({
    runs: [
      { variant: 'plain', finished: true, stepsToDo: 0 },
      { variant: 'free', finished: false },
    ],
    evaluations: [{ split: 'test', cached: true }, { split: 'test' }],
    estimatedSeconds: expect.any(Number) as number,
  });

  const done = await workplace.start(['run', 'table.yaml', '--json']).ended;
  expect(done.code, done.stderr).toBe(0);
  const { changed, failed, splits } = lastJson<TableDocument>(done);
  expect({ changed, failed }).toEqual({ changed: true, failed: [] });
  expect(splits).toMatchObject([{ split: 'test', label: 'built-in world (not TEMPTABQA-C)' }]);
  const [one, other] = splits[0]?.cells ?? [];
  // Both began with the same warm start, which was done once.
  expect(other?.base).toEqual(one?.base);
  expect([one?.against, other?.against?.verdict]).toEqual([null, expect.any(String)]);
  const written = page();
  expect(written).toMatch(
    /^# Results\n\nBy hand\.\n\n<!-- table: tiny -->\n\nCommand: `npx queryloop run table\.yaml`/,
  );
  expect(written).toMatch(/<!-- end of table: tiny -->\n\nBy hand too\.\n$/);
  expect(written).toMatch(/\| free \| 1 \| [\d.]+ \[/);

  const again = await workplace.start(['run', 'table.yaml', '--json']).ended;
  expect(again.code, again.stderr).toBe(0);
  expect(lastJson<TableDocument>(again)).toMatchObject({ changed: false, splits });
  expect(again.stderr).not.toContain('starting Temporal');
  expect(page()).toBe(written);
});

test('a run that fails is named on the page and in the message, and run again by the same command', async () => {
  const folder = 'no-such-policy';
  const broken = { name: 'broken', set: { 'policy.folder': folder } };
  const outcome = await workplace.start(['run', tableFile([plain, broken]), '--json']).ended;
  expect(outcome.code, outcome.stderr).toBe(1);
  expect(outcome.stderr).toContain('1 of 2 runs failed and are not in the table');
  expect(outcome.stderr).toMatch(
    /broken, seed 1 \(sweep-tiny-broken-[0-9a-f]{8}-s1\): .*no such folder: no-such-policy/,
  );
  expect(outcome.stderr).toContain('Run only those again with: npx queryloop run table.yaml');
  expect(page()).toContain('Left out: broken, seed 1 (failed).');
  expect(page()).toMatch(/\| plain \| 1 \| [\d.]+ \[/);

  const store = await openStore({ folder: join(workplace.folder, '.queryloop') });
  const failed = (await store.runs.list({ sweepId: 'sweep-tiny-broken' }))[0];
  await store.close();
  expect(failed?.status).toBe('failed');
});

test('mistakes are told before anything runs', async () => {
  const refused = async (args: string[], ...texts: string[]): Promise<void> => {
    const outcome = await workplace.start(['run', ...args]).ended;
    expect(outcome.code, outcome.stderr).toBe(2);
    for (const text of texts) expect(outcome.stderr).toContain(text);
    expect(outcome.stdout).not.toContain('starting Temporal');
  };
  await refused([tableFile([plain, plain])], 'variants.1.name: "plain" stands twice');
  await refused([tableFile([plain, { name: 'x', set: { 'grpo.betta': 1 } }])], 'did you mean "grpo.beta"?');
  await refused([tableFile([plain]), '--set', 'seed=2'], '--set: table.yaml is a table');
  writeFileSync(
    join(workplace.folder, 'table.yaml'),
    readFileSync(join(workplace.folder, 'table.yaml'), 'utf8').replace('"report"', '"splits":["dev"],"report"'),
  );
  await refused(['table.yaml'], 'the built-in world has no split "dev"');
  tableFile([plain]);
  writeFileSync(join(workplace.folder, 'page.md'), 'no markers\n');
  await refused(['table.yaml'], 'the line "<!-- table: tiny -->" is missing', '<!-- end of table: tiny -->');
});
