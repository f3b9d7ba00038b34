/** The import rules really refuse what they forbid: each line below breaks one, in a project made for the purpose. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'queryloop-rules-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const files: [path: string, source: string, broken: string[]][] = [
  ['packages/stats/src/a.ts', "export * from './b.ts';", ['no-cycles']],
  // A cycle is reported once.
  ['packages/stats/src/b.ts', "export * from './a.ts';", []],
  ['packages/stats/src/lost.ts', "export * from './nowhere.ts';", ['resolvable']],
  ['packages/stats/src/rows.ts', "export * from '@prisma/client';", ['prisma-in-store']],
  ['packages/stats/src/query.ts', "export * from 'mysql2';", ['mysql2-in-text-to-sql']],
  ['packages/stats/src/tensors.ts', "export * from '@tensorflow/tfjs';", ['tensorflow-in-policy-and-grpo']],
  ['packages/stats/src/up.ts', "export * from '@queryloop/worker';", ['packages-below-apps']],
  ['packages/stats/src/tested.ts', "export * from './sums.test.ts';", ['tests-import-code-not-the-reverse']],
  ['packages/stats/src/sums.test.ts', 'export {};', []],
  ['packages/grpo/src/loss.ts', "export * from '@tensorflow/tfjs';", []],
  ['packages/grpo/src/model.ts', "export * from '@queryloop/policy';", ['grpo-does-not-know-policy']],
  ['packages/grpo/src/native.ts', "export * from '@tensorflow/tfjs-node';", ['native-tensorflow-in-policy']],
  ['packages/policy/src/loss.ts', "export * from '@queryloop/grpo';", ['policy-does-not-know-grpo']],
  ['packages/policy/src/inside.ts', "export * from '../../stats/src/a.ts';", ['packages-through-exports']],
  ['packages/contracts/src/low.ts', "export * from '@queryloop/stats';", ['contracts-are-the-base']],
  ['packages/store/src/artifacts/local.ts', "export * from '../database/connect.ts';", ['artifacts-without-prisma']],
  ['packages/store/src/database/connect.ts', 'export {};', []],
  [
    'workflows/src/clock.ts',
    "export * from 'node:fs';",
    ['workflows-stay-deterministic', 'workflows-take-only-types-of-activities'],
  ],
  ['workflows/src/good.ts', "export * from '@temporalio/workflow';\nimport type {} from '@queryloop/contracts';", []],
  ['packages/control/src/steps.ts', "export * from '@temporalio/worker';", ['control-asks-others-to-compute']],
  ['packages/control/src/sums.ts', "export * from '@queryloop/grpo';", ['control-asks-others-to-compute']],
  ['packages/control/src/temporal-address.ts', "export * from './calls.ts';", ['addresses-without-a-client']],
  ['packages/control/src/calls.ts', "export * from '@temporalio/client';", []],
  [
    'apps/cli/src/wires.ts',
    "export * from '@queryloop/activities/warm-start';",
    ['console-and-cli-are-thin', 'only-the-worker-wires-activities'],
  ],
  ['apps/worker/src/wires.ts', "export * from '@queryloop/activities/warm-start';", []],
];

test('every rule refuses what it forbids, and only that', () => {
  for (const [path, source] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), source);
  }
  linkPackages();
  const report = cruise();
  const rulesBroken = (path: string) => report.filter(({ from }) => from === path).map(({ rule }) => rule.name);
  const found = files.map(([path]) => [path, [...new Set(rulesBroken(path))].sort()]);
  expect(found).toEqual(files.map(([path, , broken]) => [path, broken.toSorted()]));
});

/** The project's packages are those made here, all others those of the real project. */
function linkPackages(): void {
  for (const name of ['tsconfig.json', '.dependency-cruiser.mjs']) symlinkSync(join(root, name), join(folder, name));
  mkdirSync(join(folder, 'node_modules', '@queryloop'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  for (const name of ['@prisma', '@tensorflow', '@temporalio', 'mysql2']) {
    const nested = join(root, 'packages', 'text-to-sql', 'node_modules', name);
    symlinkSync(existsSync(nested) ? nested : join(root, 'node_modules', name), join(folder, 'node_modules', name));
  }
  const workspaces = { activities: 'activities', worker: 'apps/worker' };
  for (const name of ['contracts', 'grpo', 'policy', 'stats', 'activities', 'worker'] as const) {
    const workspace = join(folder, workspaces[name as keyof typeof workspaces] ?? `packages/${name}`);
    mkdirSync(join(workspace, 'src'), { recursive: true });
    const exports = { '.': './src/index.ts', './*': './src/*.ts' };
    writeFileSync(
      join(workspace, 'package.json'),
      JSON.stringify({ name: `@queryloop/${name}`, type: 'module', exports }),
    );
    for (const file of ['index.ts', 'warm-start.ts']) writeFileSync(join(workspace, 'src', file), 'export {};');
    symlinkSync(workspace, join(folder, 'node_modules', '@queryloop', name));
  }
}

function cruise(): { from: string; rule: { name: string } }[] {
  const program = realpathSync(join(root, 'node_modules', '.bin', 'depcruise'));
  const args = [
    program,
    '--config',
    '.dependency-cruiser.mjs',
    '--output-type',
    'json',
    'apps',
    'packages',
    'workflows',
    'activities',
  ];
  const { stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: realpathSync(folder),
    encoding: 'utf8',
    maxBuffer: 1e8,
  });
  if (!stdout) throw new Error(stderr);
  return (JSON.parse(stdout) as { summary: { violations: { from: string; rule: { name: string } }[] } }).summary
    .violations;
}
