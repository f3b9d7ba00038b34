/** The options of a worker process: which queues it serves, how many steps at a time, how it ends. */
import { parseArgs } from 'node:util';
import { TaskQueue, UserError } from '@queryloop/contracts';
import type { MetricsAddress } from './metrics/serve-metrics.ts';

export type Concurrency = Record<TaskQueue, number>;

export interface WorkerOptions {
  queues: TaskQueue[];
  /** Steps at a time on each queue; for `policy` also the number of policy processes. */
  concurrency: Concurrency;
  /** Time that running steps have to finish once the worker is told to end. */
  graceMs: number;
  /** Where it serves OpenMetrics; null: nowhere. */
  metrics: MetricsAddress | null;
}

/** Every policy process wants cores of its own; the other queues wait for disks and databases. */
const defaultConcurrency: Concurrency = { cpu: 8, policy: 1, sql: 2 };
/** A step that is dropped is repeated elsewhere, so a worker in a terminal need not wait for long ones. */
const defaultGraceSeconds = 1;
const mostAtATime = 256;
const mostGraceSeconds = 3600;

/**
 * Reads `--queues cpu,policy,sql`, `--concurrency policy=1,sql=2,cpu=8`, `--grace <seconds>` and `--metrics <host:port>`, which
 * may be left to QUERYLOOP_METRICS. Throws UserError.
 */
export function workerOptions(args: readonly string[], environment: NodeJS.ProcessEnv = process.env): WorkerOptions {
  const { queues, concurrency, grace, metrics } = valuesOf(args);
  return {
    queues: queues === undefined ? [...TaskQueue.options] : [...new Set(queues.split(',').map(queueOf('--queues')))],
    concurrency: { ...defaultConcurrency, ...concurrencyOf(concurrency) },
    graceMs: graceSecondsOf(grace) * 1000,
    metrics: metricsAddressOf(metrics ?? environment['QUERYLOOP_METRICS']),
  };
}

function valuesOf(args: readonly string[]) {
  try {
    const text = { type: 'string' } as const;
    const options = { queues: text, concurrency: text, grace: text, metrics: text };
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new UserError({
      message: (error as Error).message,
      hint: 'Options: --queues cpu,policy,sql --concurrency policy=1,sql=2,cpu=8 --grace <seconds> --metrics <host:port>.',
    });
  }
}

function queueOf(option: string): (name: string) => TaskQueue {
  return (name) => {
    const queue = TaskQueue.safeParse(name.trim());
    if (queue.success) return queue.data;
    throw new UserError({
      message: `${option}: "${name}" is not a queue; allowed: ${TaskQueue.options.join(', ')}`,
      field: option,
    });
  };
}

function concurrencyOf(list: string | undefined): Partial<Concurrency> {
  const entries = (list?.split(',') ?? []).map((entry) => {
    const [name = '', count = ''] = entry.split('=');
    const steps = Number(count);
    if (/^\s*\d+\s*$/.test(count) && steps >= 1 && steps <= mostAtATime)
      return [queueOf('--concurrency')(name), steps] as const;
    throw new UserError({
      message: `--concurrency: "${entry}" is not <queue>=<steps at a time>, 1 to ${mostAtATime}`,
      field: '--concurrency',
      hint: 'For example --concurrency policy=1,sql=4,cpu=8.',
    });
  });
  return Object.fromEntries(entries);
}

function graceSecondsOf(text: string | undefined): number {
  const seconds = text === undefined ? defaultGraceSeconds : Number(text || Number.NaN);
  if (seconds >= 0 && seconds <= mostGraceSeconds) return seconds;
  throw new UserError({
    message: `--grace: "${text}" is not a number of seconds, 0 to ${mostGraceSeconds}`,
    field: '--grace',
  });
}

/** Such as "127.0.0.1:9464", "[::1]:9464", "worker-3:0". */
function metricsAddressOf(text: string | undefined): MetricsAddress | null {
  if (!text) return null;
  const [, bracketed, plain, port] = /^(?:\[([\da-fA-F:.]+)\]|([\w.-]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  if (host !== undefined && Number(port) <= 65_535) return { host, port: Number(port) };
  throw new UserError({
    message: `--metrics: "${text}" is not <host>:<port>`,
    field: '--metrics',
    hint: 'For example --metrics 127.0.0.1:9464, or QUERYLOOP_METRICS=127.0.0.1:9464.',
  });
}
