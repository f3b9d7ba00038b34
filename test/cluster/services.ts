/** What the machines of a cluster share: a Temporal server, a MariaDB store and an S3-compatible artifact store, all real. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startMariadb } from '../../infra/mariadb/launch.ts';
import { startS3 } from '../../infra/s3/launch.ts';
import { startTestServer } from '../temporal-server.ts';

export interface ClusterServices {
  /** Temporal's host:port. */
  address: string;
  /** For workers of one cluster: `name` keeps the stores of several clusters on these services apart. */
  environmentOf(name: string): NodeJS.ProcessEnv & { QUERYLOOP_STORE_URL: string };
  folder: string;
  stop(): Promise<void>;
}

export async function startClusterServices(): Promise<ClusterServices> {
  const folder = mkdtempSync(join(tmpdir(), 'queryloop-cluster-'));
  // MariaDB runs as a user of its own.
  chmodSync(folder, 0o755);
  const [temporal, mariadb, s3] = await Promise.all([
    startTestServer(),
    startMariadb({ folder: join(folder, 'mariadb') }),
    startS3({ folder: join(folder, 's3') }),
  ]);
  return {
    address: temporal.address,
    folder,
    environmentOf: (name) => ({
      ...s3.environment,
      TEMPORAL_ADDRESS: temporal.address,
      QUERYLOOP_ARTIFACTS: `s3://${s3.bucket}/${name}`,
      QUERYLOOP_STORE_URL: `${mariadb.url}queryloop_${name}`,
    }),
    stop: async () => {
      await Promise.all([temporal.stop(), mariadb.stop(), s3.stop()]);
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
