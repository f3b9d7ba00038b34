/** What becomes of a store that the first version wrote; the tests of SQLite and MariaDB run it. */
import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ExperimentConfig } from '@queryloop/contracts';
import { expect, test } from 'vitest';
import { databaseLocation } from './database/location.ts';
import { openMysqlMigrator } from './database/migrator-mysql.ts';
import { openSqliteMigrator } from './database/migrator-sqlite.ts';
import { openStore } from './open-store.ts';

const hash = (digit: string): string => digit.repeat(64);
const scores = { n: 1, correct: 1, accuracy: 1, failed: 0, errorRate: 0, ems: 1, rems: 1, byType: {} };
const result = {
  runId: 'old',
  dataset: 'tiny',
  seed: 1,
  updates: 2,
  bestUpdate: 2,
  base: scores,
  final: scores,
  comparison: { points: 0, ci95: [0, 0], mcnemarP: 1 },
  dev: [],
  checkpoint: { kind: 'checkpoint', hash: hash('a'), bytes: 1 },
  examples: [],
  seconds: { prepare: 1, warmStart: 1, baseline: 1, train: 1, evaluate: 1, total: 5 },
};
const rows = `
INSERT INTO \`Experiment\` (\`id\`, \`name\`, \`hash\`, \`config\`) VALUES ('e', 'old', 'x', '{"checkpointEveryUpdates":7,"name":"old"}');
INSERT INTO \`Run\` (\`id\`, \`experimentId\`, \`seed\`, \`status\`, \`result\`) VALUES ('old', 'e', 1, 'finished', '${JSON.stringify(result)}');
INSERT INTO \`Metric\` (\`runId\`, \`update\`, \`name\`, \`value\`) VALUES ('old', 1, 'num_tokens', 100), ('old', 2, 'num_tokens', 50);
INSERT INTO \`Step\` (\`runId\`, \`update\`, \`name\`, \`seconds\`, \`output\`) VALUES ('old', 1, 'updatePolicy', 2, '{}');
INSERT INTO \`Rollout\` (\`runId\`, \`update\`, \`rolloutHash\`, \`rolloutBytes\`, \`rewardsHash\`, \`rewardsBytes\`, \`summary\`)
VALUES ('old', 1, '${hash('b')}', 2, '${hash('c')}', 3, '{"reward":0.5}');
`;

/** Registers the test; `url` is asked for when it runs. */
export function upgradedStore(folder: string, url: () => string | undefined): void {
  test('a store of the first version keeps its runs, which read as new ones do', async () => {
    const location = databaseLocation(folder, url());
    const file = new URL(`../../../prisma/migrations/${location.engine}/0001_init/migration.sql`, import.meta.url);
    const sql = readFileSync(file, 'utf8');
    const checksum = createHash('sha256').update(sql).digest('hex');
    const migrator =
      location.engine === 'sqlite' ? await openSqliteMigrator(location.file) : await openMysqlMigrator(location);
    await migrator.applied();
    await migrator.apply({ id: randomUUID(), name: '0001_init', checksum, sql: sql + rows });
    await migrator.close(true);

    const store = await openStore({ folder, url: url() });
    expect(await store.runs.get('old')).toMatchObject({
      config: ExperimentConfig.parse({ name: 'old', checkpoints: { everyUpdates: 7 } }),
      result: { ...result, tokens: 150 },
      parent: null,
      changes: [],
    });
    const old = { kind: 'rollout', hash: hash('b'), bytes: 2 };
    expect(await store.rollouts.list('old')).toEqual([
      {
        update: 1,
        parts: [{ rollout: old, rewards: { kind: 'rewards', hash: hash('c'), bytes: 3 } }],
        gradients: [],
        summary: { reward: 0.5 },
      },
    ]);
    expect(await store.steps.list('old')).toMatchObject([{ seconds: 2, attempts: 1, reused: false, startedAt: null }]);
    await store.close();
  });
}
