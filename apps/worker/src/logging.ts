/** Sends Temporal's log to a file, so that a user's terminal shows the run and nothing else. */
import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DefaultLogger, type LogEntry, type Logger, Runtime } from '@temporalio/worker';

/** Names of metrics as OpenMetrics wants them: with unit, seconds, and `_total` for what only grows. */
const names = { countersTotalSuffix: true, unitSuffix: true, useSecondsForDurations: true };

/**
 * Installs the logger for this process, and has the SDK serve its metrics at host:port; call it once, before any worker or
 * connection is made.
 */
export function logTemporalTo(file: string, metricsAddress?: string): Logger {
  mkdirSync(dirname(file), { recursive: true });
  const logger = new DefaultLogger('INFO', (entry) => appendFileSync(file, lineOf(entry)));
  Runtime.install({
    logger,
    // This process decides itself how signals end it.
    shutdownSignals: [],
    telemetryOptions: {
      logging: { forward: {}, filter: { core: 'WARN', other: 'ERROR' } },
      ...(metricsAddress && { metrics: { prometheus: { bindAddress: metricsAddress, ...names } } }),
    },
  });
  return logger;
}

function lineOf({ timestampNanos, level, message, meta }: LogEntry): string {
  const time = new Date(Number(timestampNanos / 1_000_000n)).toISOString();
  const details = meta === undefined ? '' : ` ${JSON.stringify(meta, plain)}`;
  return `${time} ${level} ${message}${details}\n`;
}

function plain(_key: string, value: unknown): unknown {
  if (value instanceof Error) return value.stack ?? value.message;
  return typeof value === 'bigint' ? value.toString() : value;
}
