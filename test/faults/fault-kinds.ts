/** The kinds of faults: when each strikes, and whom. All are SIGKILLs of real processes; none is announced to the victim. */
import { existsSync, readdirSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import type { Draw } from './draw.ts';
import { killQuietly, type PlatformUnderFault } from './platform-under-fault.ts';

interface FaultKind {
  /** Resolves at the moment to strike. */
  moment(platform: PlatformUnderFault): Promise<void>;
  /** Longest random wait after that moment, so that it falls anywhere within the step. */
  spreadMs: number;
  strike(platform: PlatformUnderFault, draw: Draw): Promise<void>;
}

const policyProcess = 'policy-process.ts';
const sqlChild = 'sqlite-child';
const worker = 'apps/worker/src/main.ts';
const temporal = 'server start-dev';

const kill = (text: string) => async (platform: PlatformUnderFault) => {
  for (const pid of platform.processes(text)) killQuietly(pid, 'SIGKILL');
};

const during = (step: string) => async (platform: PlatformUnderFault) => {
  await until(async () => (await platform.runningSteps()).includes(step));
};

const anytime = async (): Promise<void> => undefined;

export const faultKinds = {
  'policy process, mid-rollout': { moment: during('generateRollout'), spreadMs: 150, strike: kill(policyProcess) },
  'policy process, mid-update': { moment: during('updatePolicy'), spreadMs: 150, strike: kill(policyProcess) },
  'policy process, writing a checkpoint': { moment: writesCheckpoint, spreadMs: 8, strike: kill(policyProcess) },
  'SQL child': { moment: during('scoreCompletions'), spreadMs: 60, strike: kill(sqlChild) },
  'Temporal server': { moment: anytime, spreadMs: 800, strike: kill(temporal) },
  'process that writes the store': { moment: during('recordMetrics'), spreadMs: 20, strike: kill(worker) },
  'all services': {
    moment: anytime,
    spreadMs: 800,
    strike: async (platform) => {
      for (const text of [worker, temporal, policyProcess, sqlChild]) await kill(text)(platform);
    },
  },
  'power cut': {
    moment: anytime,
    spreadMs: 800,
    strike: async (platform, draw) => {
      await platform.cutPower();
      loseTail(join(platform.home, 'temporal', 'temporal.db-wal'), draw);
      await platform.start();
    },
  },
} satisfies Record<string, FaultKind>;

export type FaultName = keyof typeof faultKinds;

/** Strikes once, at a moment of its kind. */
export async function strike(name: FaultName, platform: PlatformUnderFault, draw: Draw): Promise<void> {
  const kind: FaultKind = faultKinds[name];
  await kind.moment(platform);
  await new Promise((resolve) => setTimeout(resolve, draw(kind.spreadMs)));
  await kind.strike(platform, draw);
}

/** A checkpoint is being written when its weights appear in a staging folder. */
async function writesCheckpoint({ home }: PlatformUnderFault): Promise<void> {
  const staging = join(home, 'artifacts', '.staging');
  await until(async () => {
    if (!existsSync(staging)) return false;
    return readdirSync(staging).some((writer) => existsSync(join(staging, writer, 'content', 'config.json')));
  }, 1);
}

/** What a power cut takes from a log that is not flushed at every commit: its last part. */
function loseTail(file: string, draw: Draw): void {
  if (!existsSync(file)) return;
  const { size } = statSync(file);
  truncateSync(file, size - Math.min(size, draw(64 * 1024)));
}

async function until(condition: () => Promise<boolean>, pauseMs = 5): Promise<void> {
  const deadlineMs = Date.now() + 120_000;
  while (!(await condition())) {
    if (Date.now() > deadlineMs) throw new Error('the moment to strike did not come');
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
