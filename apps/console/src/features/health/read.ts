/** Looks at every part of the platform. A part that is away is told of, and takes no other along. */
import { statfs } from 'node:fs/promises';
import { describePlatform, type PlatformNow } from '@queryloop/control';
import { checkArtifacts } from '@queryloop/store';
import { folders } from '#server/folders.ts';
import { store } from '#server/store.ts';
import { temporalAddress, temporalClient } from '#server/temporal.ts';
import { bytes } from '#ui/format.ts';
import project from '../../../package.json' with { type: 'json' };
import type { Health, HealthCheck } from './schemas.ts';

/** A default run writes well under this. */
const wantedDiskBytes = 2e9;

export async function readHealth(): Promise<Health> {
  const [platform, runs] = await Promise.all([settle(readPlatform), settle(readRuns)]);
  const parts = await Promise.all([
    check('Temporal', 'Start it with "npm start", or set TEMPORAL_ADDRESS.', async () => {
      await unwrap(platform);
      return `answers at ${temporalAddress()}`;
    }),
    check('Store', 'See QUERYLOOP_STORE_URL; runs go on and are recorded when it is back.', async () => {
      await unwrap(runs);
      return (await store()).name;
    }),
    check('Artifacts', 'Check QUERYLOOP_ARTIFACTS.', async () => {
      await checkArtifacts(folders().home);
      return process.env['QUERYLOOP_ARTIFACTS'] || folders().home;
    }),
    check('Disk', 'Free some space: steps fail when there is none.', freeDisk),
  ]);
  const now = platform.value ?? null;
  return {
    checks: [...parts, ...(now ? workerChecks(now) : [])],
    queues: now?.queues ?? null,
    versions: {
      Queryloop: project.version,
      Node: process.version,
      ...(now && { 'Temporal server': now.server }),
    },
    runs: runs.value ?? {},
  };
}

async function readPlatform(): Promise<PlatformNow> {
  return await describePlatform({ client: await temporalClient() });
}

async function readRuns(): Promise<Record<string, number>> {
  return { ...(await (await store()).runs.countByStatus()) };
}

/** Each queue needs a worker, and workers that serve together need the same code. */
function workerChecks({ queues }: PlatformNow): HealthCheck[] {
  const idle = queues.filter(({ workers }) => workers.length === 0).map(({ name }) => name);
  const codes = new Set(queues.flatMap(({ workers }) => workers.map(({ code }) => code)));
  const workers = new Set(queues.flatMap((queue) => queue.workers.map(({ name }) => name)));
  if (idle.length > 0) {
    const detail = `nobody works on ${idle.join(', ')}: runs wait there`;
    return [{ name: 'Workers', state: 'failed', detail, hint: 'Start one with "npm start", or see docs/cluster.md.' }];
  }
  if (codes.size > 1) {
    const detail = `${workers.size} workers of ${codes.size} versions`;
    const hint = 'Steps may be computed by either; bring all to one version.';
    return [{ name: 'Workers', state: 'warning', detail, hint }];
  }
  return [{ name: 'Workers', state: 'ok', detail: workers.size === 1 ? 'one' : `${workers.size}, all of one version` }];
}

async function freeDisk(): Promise<string> {
  const { bavail, bsize } = await statfs(folders().home);
  const free = `${bytes(bavail * bsize)} free`;
  if (bavail * bsize < wantedDiskBytes) throw new Error(`only ${free}`);
  return free;
}

async function check(name: string, hint: string, look: () => Promise<string>): Promise<HealthCheck> {
  try {
    return { name, state: 'ok', detail: await look() };
  } catch (error) {
    return { name, state: 'failed', detail: error instanceof Error ? error.message : String(error), hint };
  }
}

interface Settled<T> {
  value?: T;
  error?: unknown;
}

async function settle<T>(work: () => Promise<T>): Promise<Settled<T>> {
  return await work().then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
}

async function unwrap<T>({ value, error }: Settled<T>): Promise<T> {
  if (error !== undefined) throw error;
  return value as T;
}
